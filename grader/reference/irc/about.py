"""LUSERS, MOTD, VERSION, TIME, INFO, ADMIN, LINKS, STATS, HELP, USERS, SUMMON: what the server says of itself.

RFC 2812 sections 3.4, 4.5, 4.6; modern.ircdocs.horse, "Server Queries and Commands".
"""

from __future__ import annotations

from datetime import UTC, datetime

from grader.reference.irc import numerics
from grader.reference.irc.client import Client
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import TOKENS, VERSION
from grader.wire.irc import Mask

ABOUT = "Lab 5: Chat Room"
INFO = ("The IRC server of Lab 5: Chat Room, for courses on computer networks.", "RFC 1459, RFC 2812, IRCv3.")
ADMIN = ("Whoever has started this server.", "A course on computer networks.", "Ask the person who runs the lab.")
TOKENS_A_LINE = 12
MINUTE, HOUR, DAY = 60, 3_600, 86_400
HELP = {
    "INDEX": ("HELP command says how to write it.", "Channels begin with #, as #lab5: JOIN #lab5"),
    "ADMIN": ("ADMIN: who runs the server.",),
    "AWAY": ("AWAY text: you are away. AWAY: you are back.",),
    "CAP": ("CAP LS 302, CAP REQ names, CAP LIST, CAP END: what both sides can do.",),
    "INFO": ("INFO: what this server is.",),
    "INVITE": ("INVITE nick #channel. INVITE: your invitations.",),
    "ISON": ("ISON nick nick: which of them are here.",),
    "JOIN": ("JOIN #channel,#another key,another", "JOIN 0: leaves all channels."),
    "KICK": ("KICK #channel nick,another reason",),
    "LIST": ("LIST: channels. LIST #mask*,!#mask*,>3,<9,C<60,T>60: those of them.",),
    "LUSERS": ("LUSERS: how many people are here.",),
    "MODE": ("MODE #channel +o nick, +v nick, +b mask, +e mask, +k key, +l number, +imnst", "MODE nick +iwB"),
    "MONITOR": ("MONITOR + nick,another; - nick; C; L; S: tells when they come and go.",),
    "MOTD": ("MOTD: the message of the day.",),
    "NAMES": ("NAMES #channel: who is in it.",),
    "NICK": ("NICK name: your nick from now on.",),
    "NOTICE": ("NOTICE nick,#channel text: like PRIVMSG, and never answered by a program.",),
    "PART": ("PART #channel,#another reason",),
    "PING": ("PING word: the server answers PONG.",),
    "PRIVMSG": ("PRIVMSG nick,#channel text. @#channel: its operators only.",),
    "QUIT": ("QUIT reason",),
    "SETNAME": ("SETNAME name: your real name from now on.",),
    "TIME": ("TIME: what time it is here.",),
    "TOPIC": ("TOPIC #channel: is shown. TOPIC #channel text: is set.",),
    "USERHOST": ("USERHOST nick nick: where they come from.",),
    "VERSION": ("VERSION: of the server, and what it supports.",),
    "WHO": ("WHO #channel, WHO mask, WHO mask o, WHO mask %tcuhnfar,token",),
    "WHOIS": ("WHOIS nick",),
    "WHOWAS": ("WHOWAS nick count",),
}


def lusers(net: Network, client: Client, _mask: str = "", server: str = "") -> None:
    """LUSERS: how many there are."""
    net.expect_here(server)
    with_modes = [person for person in net.people() if person.modes]
    invisible = sum("i" in person.modes for person in with_modes)
    operators = sum(person.is_operator() for person in with_modes)
    count, most = net.registered, net.most_registered
    visible = f"There are {count - invisible} users and {invisible} invisible on 1 servers"
    net.reply(client, numerics.RPL_LUSERCLIENT, text=visible)
    net.reply(client, numerics.RPL_LUSEROP, operators)
    net.reply(client, numerics.RPL_LUSERUNKNOWN, len(net.clients) - count)
    net.reply(client, numerics.RPL_LUSERCHANNELS, len(net.channels))
    net.reply(client, numerics.RPL_LUSERME, text=f"I have {count} clients and 0 servers")
    net.reply(client, numerics.RPL_LOCALUSERS, count, most, text=f"Current local users {count}, max {most}")
    net.reply(client, numerics.RPL_GLOBALUSERS, count, most, text=f"Current global users {count}, max {most}")


def motd(net: Network, client: Client, server: str = "") -> None:
    """MOTD: the message of the day."""
    net.expect_here(server)
    if not net.settings.motd:
        net.reply(client, numerics.ERR_NOMOTD)
        return
    net.reply(client, numerics.RPL_MOTDSTART, text=f"- {net.name} Message of the day - ")
    for line in net.settings.motd:
        net.reply(client, numerics.RPL_MOTD, text=f"- {line}")
    net.reply(client, numerics.RPL_ENDOFMOTD)


def version(net: Network, client: Client, server: str = "") -> None:
    """VERSION: of the program, and 005."""
    net.expect_here(server)
    net.reply(client, numerics.RPL_VERSION, VERSION, net.name, text=ABOUT)
    tokens(net, client)


def tokens(net: Network, client: Client) -> None:
    """What this server supports: 005."""
    words = sorted([*TOKENS, f"NETWORK={net.settings.network}"])
    for start in range(0, len(words), TOKENS_A_LINE):
        net.reply(client, numerics.RPL_ISUPPORT, *words[start : start + TOKENS_A_LINE])


def time(net: Network, client: Client, server: str = "") -> None:
    """TIME: the server's."""
    net.expect_here(server)
    now = datetime.fromtimestamp(net.now, UTC)
    net.reply(client, numerics.RPL_TIME, net.name, text=f"{now:%A %B %d %Y -- %H:%M:%S} +00:00")


def info(net: Network, client: Client, server: str = "") -> None:
    """INFO: what this is."""
    net.expect_here(server)
    started = f"On-line since {datetime.fromtimestamp(net.started_at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    for line in (*INFO, started):
        net.reply(client, numerics.RPL_INFO, text=line)
    net.reply(client, numerics.RPL_ENDOFINFO)


def admin(net: Network, client: Client, server: str = "") -> None:
    """ADMIN: who runs it."""
    net.expect_here(server)
    net.reply(client, numerics.RPL_ADMINME, net.name)
    for numeric, line in zip(
        (numerics.RPL_ADMINLOC1, numerics.RPL_ADMINLOC2, numerics.RPL_ADMINEMAIL), ADMIN, strict=True
    ):
        net.reply(client, numeric, text=line)


def links(net: Network, client: Client, server: str = "", mask: str = "") -> None:
    """LINKS: the servers of the network, which has one."""
    net.expect_here(server if mask else "")
    mask = mask or server or "*"
    if Mask(mask).matches(net.name):
        net.reply(client, numerics.RPL_LINKS, net.name, net.name, text=f"0 {ABOUT}")
    net.reply(client, numerics.RPL_ENDOFLINKS, mask)


def stats(net: Network, client: Client, what: str = "*", server: str = "") -> None:
    """STATS: u, how long it has been up; of anything else only the end."""
    net.expect_here(server)
    if what == "u":
        up = int(net.now - net.started_at)
        clock = f"{up % DAY // HOUR}:{up % HOUR // MINUTE:02}:{up % MINUTE:02}"
        net.reply(client, numerics.RPL_STATSUPTIME, text=f"Server Up {up // DAY} days {clock}")
    net.reply(client, numerics.RPL_ENDOFSTATS, what[:1])


def show_help(net: Network, client: Client, subject: str = "") -> None:
    """HELP: how a command is written."""
    lines = HELP.get(subject.upper() or "INDEX")
    shown = subject or "*"
    if not lines:
        raise Denied(numerics.ERR_HELPNOTFOUND, shown)
    net.reply(client, numerics.RPL_HELPSTART, shown, text=lines[0])
    for line in lines[1:]:
        net.reply(client, numerics.RPL_HELPTXT, shown, text=line)
    if not subject:
        net.reply_in_lines(client, numerics.RPL_HELPTXT, shown, words=[name for name in HELP if name != "INDEX"])
    net.reply(client, numerics.RPL_ENDOFHELP, shown, text="End of HELP")


def users(net: Network, client: Client, *_words: str) -> None:
    """USERS: of the machine, which are nobody's business."""
    raise Denied(numerics.ERR_USERSDISABLED)


def summon(net: Network, client: Client, *_words: str) -> None:
    """SUMMON: nobody can be."""
    raise Denied(numerics.ERR_SUMMONDISABLED)
