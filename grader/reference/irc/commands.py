"""Which command is done by what, with how many parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from grader.reference.irc import (
    about,
    listing,
    membership,
    modes,
    monitor,
    operating,
    operators,
    registration,
    sasl,
    talking,
    who,
    whois,
)
from grader.wire.irc import LONGEST


class Command(NamedTuple):
    """A command.

    do         takes the network, the client and the parameters
    least      parameters; with fewer it is not done
    most       parameters: further ones are nobody's
    is_first   may come before registration
    is_said    leaves channels as they are, so that what is said in a row stays together
    """

    do: Callable[..., None]
    least: int = 0
    most: int = LONGEST
    is_first: bool = False
    is_said: bool = False


COMMANDS = {
    "ADMIN": Command(about.admin, most=1),
    "AUTHENTICATE": Command(sasl.authenticate, 1, 1, is_first=True),
    "AWAY": Command(talking.away, most=1),
    "CAP": Command(registration.cap, 1, 2, is_first=True),
    "HELP": Command(about.show_help, most=1),
    "HELPOP": Command(about.show_help, most=1),
    "INFO": Command(about.info, most=1),
    "INVITE": Command(operating.invite, most=2),
    "ISON": Command(who.ison, 1),
    "JOIN": Command(membership.join, 1, 2),
    "KICK": Command(operating.kick, 2, 3),
    "KILL": Command(operators.kill, 1, 2),
    "LINKS": Command(about.links, most=2),
    "LIST": Command(listing.list_channels, most=2),
    "LUSERS": Command(about.lusers, most=2),
    "MODE": Command(modes.mode, 1),
    "MONITOR": Command(monitor.monitor, 1, 2),
    "MOTD": Command(about.motd, most=1),
    "NAMES": Command(membership.names, most=1),
    "NICK": Command(registration.nick, most=1, is_first=True),
    "NOTICE": Command(talking.notice, most=2, is_said=True),
    "OPER": Command(operators.oper, 2, 2),
    "PART": Command(membership.part, 1, 2),
    "PASS": Command(registration.password, 1, 1, is_first=True),
    "PING": Command(registration.ping, most=1, is_first=True),
    "PONG": Command(registration.pong, is_first=True),
    "PRIVMSG": Command(talking.privmsg, most=2, is_said=True),
    "QUIT": Command(registration.leave, most=1, is_first=True),
    "SETNAME": Command(talking.setname, 1, 1),
    "STATS": Command(about.stats, most=2),
    "SUMMON": Command(about.summon),
    "TAGMSG": Command(talking.tagmsg, 1, 1),
    "TIME": Command(about.time, most=1),
    "TOPIC": Command(operating.topic, 1, 2),
    "USER": Command(registration.user, 4, 4, is_first=True),
    "USERHOST": Command(who.userhost, 1),
    "USERS": Command(about.users),
    "VERSION": Command(about.version, most=1),
    "WALLOPS": Command(operators.wallops, 1, 1),
    "WHO": Command(who.who, most=2),
    "WHOIS": Command(whois.whois, most=2),
    "WHOWAS": Command(whois.whowas, most=3),
}
