"""What holds on this server, and RPL_ISUPPORT, which tells it to programs (modern IRC: RPL_ISUPPORT parameters).

A client relies on these: it splits what is too long, compares names as CASEMAPPING says, and reads the modes by
CHANMODES and PREFIX. So each of them has to be true, and what we do not have is not in the list.
"""

from names import CASEMAPPING, CHANNELLEN, CHANTYPES, NICKLEN, USERLEN

SERVER_NAME = "irc.lab5.example"
NETWORK_NAME = "Lab5"
VERSION = "lab5-week8"

# Bytes. A line has 512 with its source, which may have 30 + 10 + 45; the rest has to do for a text.
TOPICLEN = 390
KICKLEN = 300
AWAYLEN = 200
REALLEN = 150
QUITLEN = 300
KEYLEN = 32

MOST_CHANNELS = 100  # of one client
MOST_TARGETS = 4  # of one message
MOST_MODES = 6  # that have a parameter, in one command
LIST_LENGTH = 50  # bans and exceptions of a channel, each

ISUPPORT = (
    f"AWAYLEN={AWAYLEN}",
    f"CASEMAPPING={CASEMAPPING}",
    f"CHANLIMIT=#:{MOST_CHANNELS}",
    "CHANMODES=be,k,l,imnst",  # lists; always with a parameter; with one when set; without
    f"CHANNELLEN={CHANNELLEN}",
    f"CHANTYPES={CHANTYPES}",
    "EXCEPTS=e",
    f"KEYLEN={KEYLEN}",
    f"KICKLEN={KICKLEN}",
    f"MAXLIST=b:{LIST_LENGTH},e:{LIST_LENGTH}",
    f"MODES={MOST_MODES}",
    f"NETWORK={NETWORK_NAME}",
    f"NICKLEN={NICKLEN}",
    "PREFIX=(ov)@+",
    "STATUSMSG=@+",
    f"TARGMAX=JOIN:,KICK:,LIST:,NAMES:,NOTICE:{MOST_TARGETS},PART:,PRIVMSG:{MOST_TARGETS},WHOIS:{MOST_TARGETS}",
    f"TOPICLEN={TOPICLEN}",
    f"USERLEN={USERLEN}",
)
USER_MODES = "iow"
CHANNEL_MODES = "beiklmnostv"
WITH_PARAMETER = "beklov"
