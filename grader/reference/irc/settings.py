"""What an IRC server is told before it starts, its limits, and the tokens that announce them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.wire.irc import LONGEST, ModeKinds

VERSION = "lab5-irc-1.0"
NICK = re.compile(r"[A-Za-z\[\]\\`_^{|}][A-Za-z0-9\[\]\\`_^{|}-]*")
CHANNEL = re.compile(r"#[^\x00-\x20,\x7f]+")
KEY = re.compile(r"[^\x00-\x20,:\x7f][^\x00-\x20,\x7f]*")

NICKLEN = 30
USERLEN = 20
HOSTLEN = 63
NAMELEN = 150  # of what a person is called
CHANNELLEN = 50
TOPICLEN = KICKLEN = AWAYLEN = 390  # a line with the longest of them and the longest names is nearly 512 bytes
KEYLEN = 23
MASKLEN = NICKLEN + USERLEN + HOSTLEN + 2
MAX_CHANNELS = 50  # that one client is in: with the other limits, it bounds what a client costs
MAX_MASKS = 100  # of each list of a channel
MAX_MODES = 20  # changes with an argument in one command
MAX_TARGETS = 20  # of one message
MAX_MONITORED = 100
MAX_WHOWAS = 1_000  # all that have left
MAX_LABEL = 64  # bytes, by the specification of labeled-response
MAX_CLIENT_TAGS = 4_096  # bytes, by the specification of message-tags, with @ and space
MAX_WAITING = 64 * 1024  # bytes of lines that came faster than a client may send
BURST = 10  # seconds of lines that may come at once

MODE_KINDS = ModeKinds({"o": "@", "v": "+"}, "be", "k", "l", "imnst")
USER_MODES = "Biow"
TOKENS = (
    f"AWAYLEN={AWAYLEN}",
    "BOT=B",
    "CASEMAPPING=ascii",
    f"CHANLIMIT=#:{MAX_CHANNELS}",
    "CHANMODES=be,k,l,imnst",
    f"CHANNELLEN={CHANNELLEN}",
    "CHANTYPES=#",
    "ELIST=CMNTU",
    "EXCEPTS=e",
    f"HOSTLEN={HOSTLEN}",
    f"KEYLEN={KEYLEN}",
    f"KICKLEN={KICKLEN}",
    f"LINELEN={LONGEST}",
    f"MAXLIST=b:{MAX_MASKS},e:{MAX_MASKS}",
    f"MAXTARGETS={MAX_TARGETS}",
    f"MODES={MAX_MODES}",
    f"MONITOR={MAX_MONITORED}",
    f"NAMELEN={NAMELEN}",
    f"NICKLEN={NICKLEN}",
    "PREFIX=(ov)@+",
    "STATUSMSG=@+",
    f"TARGMAX=JOIN:,KICK:,KILL:1,LIST:{MAX_TARGETS},MONITOR:,NAMES:{MAX_TARGETS},NOTICE:{MAX_TARGETS},PART:,PRIVMSG:{MAX_TARGETS},"
    f"TAGMSG:{MAX_TARGETS},WHOIS:{MAX_TARGETS},WHOWAS:{MAX_TARGETS}",
    f"TOPICLEN={TOPICLEN}",
    f"USERLEN={USERLEN}",
    "UTF8ONLY",
    "WHOX",
)


@dataclass(frozen=True)
class Settings:
    """What an administrator decides.

    motd       its lines; without any, clients are told so
    operators  password of each name that OPER takes
    accounts   whether this is the password of a name, for SASL; None: there are no accounts. It must be quick.
    ping       seconds of silence until a client is asked whether it is there, and again until it is let go
    flood      lines a second that a client may send in the long run; 0: as many as it likes
    """

    name: str = "irc.lab5.example"
    network: str = "Lab5"
    password: str = ""
    motd: tuple[str, ...] = ()
    operators: Mapping[str, str] = field(default_factory=dict)
    accounts: Callable[[str, str], bool] | None = None
    ping: float = 120.0
    flood: float = 20.0
