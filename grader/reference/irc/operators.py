"""OPER, KILL and WALLOPS: operators of the server.

RFC 2812 sections 3.1.4, 3.7.1, 4.7; modern.ircdocs.horse, "Operator Messages".
"""

from __future__ import annotations

import hmac

from grader.reference.irc import modes, numerics
from grader.reference.irc.client import Client
from grader.reference.irc.line import cut
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import KICKLEN
from grader.wire.irc import Change


def oper(net: Network, client: Client, name: str, password: str) -> None:
    """OPER: becomes an operator."""
    if not net.settings.operators:
        raise Denied(numerics.ERR_NOOPERHOST)
    wanted = net.settings.operators.get(name, "")
    if not wanted or not hmac.compare_digest(wanted.encode(), password.encode()):
        raise Denied(numerics.ERR_PASSWDMISMATCH)
    net.reply(client, numerics.RPL_YOUREOPER)
    if not client.is_operator():
        modes.set_own(net, client, [Change("+", "o")])


def kill(net: Network, client: Client, nick: str, reason: str = "") -> None:
    """KILL: lets somebody go."""
    _expect_operator(client)
    killed = net.client(nick)
    why = cut(reason, KICKLEN) or "No reason given"
    net.outbox.send(killed, net.line(client, f"KILL {killed.nick} :{why}"))
    net.end(killed, f"Killed ({client.nick} ({why}))")


def wallops(net: Network, client: Client, text: str) -> None:
    """WALLOPS: something to all who want to know, by their mode w."""
    _expect_operator(client)
    if not text:
        raise Denied(numerics.ERR_NEEDMOREPARAMS, "WALLOPS")
    told = [other for other in net.people() if "w" in other.modes]
    net.outbox.send_all(told, net.line(client, f"WALLOPS :{text}"))


def _expect_operator(client: Client) -> None:
    if not client.is_operator():
        raise Denied(numerics.ERR_NOPRIVILEGES)
