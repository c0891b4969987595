"""WHOIS and WHOWAS: who somebody is, or was.

RFC 2812 sections 3.6.2, 3.6.3; modern.ircdocs.horse, "User-Based Queries".
"""

from __future__ import annotations

from datetime import UTC, datetime

from grader.reference.irc import numerics
from grader.reference.irc.capabilities import MULTI_PREFIX
from grader.reference.irc.channel import prefix
from grader.reference.irc.client import Client
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import MAX_TARGETS
from grader.wire.irc import folded

ABOUT = "Lab 5: Chat Room"


def whois(net: Network, client: Client, first: str = "", second: str | None = None) -> None:
    """WHOIS: about people; with two parameters, the first is a server, or a nick that stands for its server."""
    if second is not None:
        net.expect_here(first)
    nicks = first if second is None else second
    if not nicks:
        raise Denied(numerics.ERR_NONICKNAMEGIVEN)
    for nick in nicks.split(",")[:MAX_TARGETS]:
        if person := net.find_client(nick):
            _show(net, client, person)
        else:
            net.reply(client, numerics.ERR_NOSUCHNICK, nick)
    net.reply(client, numerics.RPL_ENDOFWHOIS, nicks)


def whowas(net: Network, client: Client, nicks: str = "", count: str = "", server: str = "") -> None:
    """WHOWAS: about people who have gone, those first who left last; so many of each nick, or all."""
    if not nicks:
        raise Denied(numerics.ERR_NONICKNAMEGIVEN)
    net.expect_here(server)
    most = int(count[:9]) if count.isascii() and count.isdigit() else 0
    for nick in nicks.split(",")[:MAX_TARGETS]:
        _show_left(net, client, nick, most)
    net.reply(client, numerics.RPL_ENDOFWHOWAS, nicks)


def _show(net: Network, client: Client, person: Client) -> None:
    nick = person.nick
    net.reply(client, numerics.RPL_WHOISUSER, nick, person.user, person.host, "*", text=person.real_name)
    net.reply_in_lines(client, numerics.RPL_WHOISCHANNELS, nick, words=_channels(client, person))
    net.reply(client, numerics.RPL_WHOISSERVER, nick, net.name, text=ABOUT)
    if person.is_operator():
        net.reply(client, numerics.RPL_WHOISOPERATOR, nick)
    if "B" in person.modes:
        net.reply(client, numerics.RPL_WHOISBOT, nick)
    if person.account:
        net.reply(client, numerics.RPL_WHOISACCOUNT, nick, person.account)
    if person.away:
        net.reply(client, numerics.RPL_AWAY, nick, text=person.away)
    idle = int(net.now - person.active_at)
    net.reply(client, numerics.RPL_WHOISIDLE, nick, idle, int(person.opened_at))


def _channels(client: Client, person: Client) -> list[str]:
    """Those that the client may know of: of the invisible, the channels that both are in."""
    all_signs = client.has(MULTI_PREFIX)
    is_open = client is person or "i" not in person.modes or client.is_operator()
    return [
        prefix(channel.members[person], all_of_them=all_signs) + channel.name
        for channel in person.channels.values()
        if client in channel.members or (is_open and not channel.is_hidden_from(client))
    ]


def _show_left(net: Network, client: Client, nick: str, most: int) -> None:
    found = [left for left in net.left if folded(left.nick) == folded(nick)]
    if not found:
        net.reply(client, numerics.ERR_WASNOSUCHNICK, nick)
    for left in found[:most] if most else found:
        when = f"{datetime.fromtimestamp(left.at, UTC):%a %b %d %H:%M:%S %Y}"
        net.reply(client, numerics.RPL_WHOWASUSER, left.nick, left.user, left.host, "*", text=left.real_name)
        net.reply(client, numerics.RPL_WHOISSERVER, left.nick, net.name, text=when)
