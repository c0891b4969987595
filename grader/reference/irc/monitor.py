"""MONITOR: who wants to know when somebody comes and goes.

IRCv3, "Monitor".
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.reference.irc import numerics
from grader.reference.irc.client import Client
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import MAX_MONITORED, NICK, NICKLEN
from grader.wire.irc import folded


def monitor(net: Network, client: Client, what: str, nicks: str = "") -> None:
    """MONITOR: + and - change the list, C clears it, L lists it, S says who of them is there."""
    match what.upper():
        case "+" | "-" as sign:
            wanted = [nick for nick in nicks.split(",") if len(nick) <= NICKLEN and NICK.fullmatch(nick)]
            (_add if sign == "+" else _remove)(net, client, wanted)
        case "C":
            net.forget_monitored(client)
        case "L":
            _in_lines(net, client, numerics.RPL_MONLIST, client.monitored.values())
            net.reply(client, numerics.RPL_ENDOFMONLIST)
        case "S":
            _show(net, client, client.monitored.values())
        case _:
            raise Denied(numerics.ERR_NEEDMOREPARAMS, "MONITOR")


def _add(net: Network, client: Client, nicks: list[str]) -> None:
    added = []
    for place, nick in enumerate(nicks):
        if folded(nick) in client.monitored:
            continue
        if len(client.monitored) >= MAX_MONITORED:
            net.reply(client, numerics.ERR_MONLISTFULL, MAX_MONITORED, ",".join(nicks[place:]))
            break
        client.monitored[folded(nick)] = nick
        net.watchers.setdefault(folded(nick), {})[client] = None
        added.append(nick)
    _show(net, client, added)


def _remove(net: Network, client: Client, nicks: list[str]) -> None:
    for nick in nicks:
        if client.monitored.pop(folded(nick), None) is not None:
            net.stop_watching(client, folded(nick))


def _show(net: Network, client: Client, nicks: Iterable[str]) -> None:
    found = {nick: net.find_client(nick) for nick in nicks}
    _in_lines(net, client, numerics.RPL_MONONLINE, [there.source for there in found.values() if there])
    _in_lines(net, client, numerics.RPL_MONOFFLINE, [nick for nick, there in found.items() if not there])


def _in_lines(net: Network, client: Client, numeric: numerics.Numeric, names: Iterable[str]) -> None:
    """Commas go between names, not spaces."""
    net.reply_in_lines(client, numeric, words=names, between=",")
