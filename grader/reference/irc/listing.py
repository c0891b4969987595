"""LIST: which channels there are.

RFC 2812 section 3.2.6; modern.ircdocs.horse, "LIST message", with the conditions C, M, N, T and U of ELIST.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.reference.irc import numerics
from grader.reference.irc.channel import Channel
from grader.reference.irc.client import Client
from grader.reference.irc.network import Network
from grader.reference.irc.settings import MAX_TARGETS
from grader.wire.irc import Mask

MINUTE = 60
NUMBER = re.compile(r"([CT]?)([<>])(\d{1,9})", re.IGNORECASE | re.ASCII)
Condition = Callable[[Channel], bool]


def list_channels(net: Network, client: Client, conditions: str = "", server: str = "") -> None:
    """LIST: those that fit one of the names, and all conditions."""
    net.expect_here(server)
    words = [word for word in conditions.split(",") if word][:MAX_TARGETS]
    names = [word for word in words if not NUMBER.fullmatch(word) and not word.startswith("!")]
    wanted = [_condition(net, word) for word in words if word not in names]
    if names:
        wanted.append(_named(names))
    net.reply(client, numerics.RPL_LISTSTART, "Channel")
    for channel in net.channels.values():
        if not channel.is_hidden_from(client) and all(fits(channel) for fits in wanted):
            net.reply(client, numerics.RPL_LIST, channel.name, len(channel.members), text=channel.topic)
    net.reply(client, numerics.RPL_LISTEND)


def _named(names: list[str]) -> Condition:
    masks = [Mask(name) for name in names]
    return lambda channel: any(mask.matches(channel.name) for mask in masks)


def _condition(net: Network, word: str) -> Condition:
    """`!mask`; `<n` and `>n` members; `C` and `T`: made, or its topic set, less or more than n minutes ago."""
    if word.startswith("!"):
        mask = Mask(word[1:])
        return lambda channel: not mask.matches(channel.name)
    what, sign, digits = NUMBER.fullmatch(word.upper()).groups()
    number, is_less = int(digits), sign == "<"
    if not what:
        return lambda channel: len(channel.members) < number if is_less else len(channel.members) > number
    since = net.now - number * MINUTE

    def fits(channel: Channel) -> bool:
        at = channel.created_at if what == "C" else channel.topic_at
        return bool(at) and (at > since if is_less else at < since)

    return fits
