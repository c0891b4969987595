"""WHO, USERHOST and ISON: who is there.

RFC 2812 sections 3.6.1, 4.8, 4.9; modern.ircdocs.horse, "WHO message"; WHOX as documented there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from grader.reference.irc import numerics
from grader.reference.irc.capabilities import MULTI_PREFIX
from grader.reference.irc.channel import Channel, prefix
from grader.reference.irc.client import Client
from grader.reference.irc.network import Network
from grader.wire.irc import Mask

USERHOSTS = 5  # nicks in one USERHOST
TOKEN = 3  # characters of a token of WHOX, at most
NO_ADDRESS = "255.255.255.255"


class Found(NamedTuple):
    """Somebody of a list, and the channel by which they are shown."""

    net: Network
    asker: Client
    person: Client
    channel: Channel | None


def who(net: Network, client: Client, mask: str = "*", options: str = "") -> None:
    """WHO: those in a channel, or whose names match; `o`: operators of the server only; `%fields`: WHOX."""
    letters, percent, fields = options.partition("%")
    fields, _, token = fields.partition(",")
    for found in _found(net, client, mask):
        if "o" not in letters or found.person.is_operator():
            if percent:
                _show_fields(found, fields, token)
            else:
                _show(found)
    net.reply(client, numerics.RPL_ENDOFWHO, mask)


def userhost(net: Network, client: Client, *nicks: str) -> None:
    """USERHOST: host of up to five people, with * for operators, - for who is away."""
    found = [there for nick in nicks[:USERHOSTS] if (there := net.find_client(nick))]
    words = [
        f"{there.nick}{'*' * there.is_operator()}={'-' if there.away else '+'}{there.user}@{there.host}"
        for there in found
    ]
    net.reply(client, numerics.RPL_USERHOST, text=" ".join(words))


def ison(net: Network, client: Client, *nicks: str) -> None:
    """ISON: which of these people are here."""
    words = [there.nick for word in nicks for nick in word.split() if (there := net.find_client(nick))]
    net.reply(client, numerics.RPL_ISON, text=" ".join(words))


def flags(found: Found) -> str:
    """H or G (here, gone), * for operators, B for bots, the signs in the channel."""
    person, status = found.person, found.channel.members[found.person] if found.channel else 0
    text = ("G" if person.away else "H") + "*" * person.is_operator() + "B" * ("B" in person.modes)
    return text + prefix(status, all_of_them=found.asker.has(MULTI_PREFIX))


def _found(net: Network, client: Client, mask: str) -> Iterator[Found]:
    if mask.startswith("#"):
        channel = net.find_channel(mask)
        for member in channel.members if channel and not channel.is_hidden_from(client) else ():
            if client in channel.members or "i" not in member.modes:
                yield Found(net, client, member, channel)
    elif person := net.find_client(mask):  # who knows a nick may see even the invisible
        yield Found(net, client, person, _shared(client, person))
    else:
        pattern = Mask("*" if mask in ("0", "") else mask)
        for person in net.people():
            if ("i" not in person.modes or client.shares_channel(person)) and _matches(net, pattern, person):
                yield Found(net, client, person, _shared(client, person))


def _matches(net: Network, pattern: Mask, person: Client) -> bool:
    return any(map(pattern.matches, (person.nick, person.user, person.host, net.name, person.real_name)))


def _shared(client: Client, person: Client) -> Channel | None:
    """A channel by which the client may see this person."""
    visible = (channel for channel in person.channels.values() if not channel.is_hidden_from(client))
    shared = (channel for channel in visible if client in channel.members or "i" not in person.modes)
    return next(shared, None)


def _show(found: Found) -> None:
    net, person = found.net, found.person
    name = found.channel.name if found.channel else "*"
    words = (name, person.user, person.host, net.name, person.nick, flags(found))
    net.reply(found.asker, numerics.RPL_WHOREPLY, *words, text=f"0 {person.real_name}")


def _show_fields(found: Found, fields: str, token: str) -> None:
    words = [token[:TOKEN] or "0"] if "t" in fields else []
    words += [value(found) for letter, value in FIELDS.items() if letter in fields]
    text = found.person.real_name if "r" in fields else None
    found.net.reply(found.asker, numerics.RPL_WHOSPCRPL, *words, text=text)


def _address(found: Found) -> str:
    with suppress(ValueError):
        ipaddress.ip_address(found.person.host)
        return found.person.host
    return NO_ADDRESS


FIELDS: dict[str, Callable[[Found], str]] = {  # of WHOX, in the order in which they come, behind the token
    "c": lambda found: found.channel.name if found.channel else "*",
    "u": lambda found: found.person.user,
    "i": _address,
    "h": lambda found: found.person.host,
    "s": lambda found: found.net.name,
    "n": lambda found: found.person.nick,
    "f": flags,
    "d": lambda found: "0",  # hops
    "l": lambda found: str(int(found.net.now - found.person.active_at)),
    "a": lambda found: found.person.account or "0",
    "o": lambda found: "n/a",  # level of an operator, which there is none of
}
