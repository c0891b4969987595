"""JOIN, PART and NAMES: who is in which channel.

RFC 2812 sections 3.2.1, 3.2.2, 3.2.5; modern.ircdocs.horse, "Channel Operations".
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from itertools import zip_longest

from grader.reference.irc import channel as channels
from grader.reference.irc import numerics
from grader.reference.irc.capabilities import AWAY_NOTIFY, MULTI_PREFIX, USERHOST_IN_NAMES
from grader.reference.irc.channel import MEMBER, OPERATOR, Channel
from grader.reference.irc.client import Client
from grader.reference.irc.line import cut
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import CHANNEL, CHANNELLEN, KICKLEN, MAX_CHANNELS, MAX_TARGETS
from grader.wire.irc import folded


def join(net: Network, client: Client, names: str, keys: str = "") -> None:
    """JOIN: enters channels, or leaves all of them with 0."""
    if names == "0":
        for channel in list(client.channels.values()):
            _part(net, client, channel, "")
        return
    for name, key in zip_longest(names.split(","), keys.split(","), fillvalue=""):
        if name:
            with net.refusing(client):
                _join(net, client, name, key)


def part(net: Network, client: Client, names: str, reason: str = "") -> None:
    """PART: leaves channels."""
    for name in names.split(","):
        with net.refusing(client):
            _part(net, client, joined(net, client, name), reason)


def names(net: Network, client: Client, wanted: str = "") -> None:
    """NAMES: who is in these channels. Without a channel there is only the end of a list."""
    if not wanted:
        net.reply(client, numerics.RPL_ENDOFNAMES, "*")
    for name in list(dict.fromkeys(filter(None, wanted.split(","))))[:MAX_TARGETS]:
        show_names(net, client, name)


def joined(net: Network, client: Client, name: str) -> Channel:
    """A channel that this client is in. Denied for any other; a secret one does not show that it is there."""
    channel = net.channel(name)
    if client not in channel.members:
        hidden = channel.is_hidden_from(client)
        raise Denied(numerics.ERR_NOSUCHCHANNEL if hidden else numerics.ERR_NOTONCHANNEL, name)
    return channel


def show_names(net: Network, client: Client, name: str) -> None:
    """353 with the members whom this client may see, and 366."""
    channel = net.find_channel(name)
    if channel and not channel.is_hidden_from(client):
        symbol = "@" if "s" in channel.flags else "="
        shown = _shown_members(client, channel)
        net.reply_in_lines(client, numerics.RPL_NAMREPLY, symbol, channel.name, words=shown)
    net.reply(client, numerics.RPL_ENDOFNAMES, channel.name if channel else name)


def show_topic(net: Network, client: Client, channel: Channel) -> None:
    """332 and 333."""
    net.reply(client, numerics.RPL_TOPIC, channel.name, text=channel.topic)
    net.reply(client, numerics.RPL_TOPICWHOTIME, channel.name, channel.topic_by, int(channel.topic_at))


def _join(net: Network, client: Client, name: str, key: str) -> None:
    channel = net.find_channel(name)
    if channel and client in channel.members:
        return
    if not name.startswith("#"):
        raise Denied(numerics.ERR_NOSUCHCHANNEL, name)
    if not CHANNEL.fullmatch(name) or len(name.encode()) > CHANNELLEN:
        raise Denied(numerics.ERR_BADCHANMASK, name)
    if len(client.channels) >= MAX_CHANNELS:
        raise Denied(numerics.ERR_TOOMANYCHANNELS, name)
    if channel:
        _expect_let_in(client, channel, key)
        _enter(net, client, channel, MEMBER)
    else:
        channel = net.channels[folded(name)] = Channel(name, net.now)
        _enter(net, client, channel, OPERATOR)


def _expect_let_in(client: Client, channel: Channel, key: str) -> None:
    """Whom an operator has invited, neither +i nor a ban keeps out."""
    is_invited = client.invited.get(folded(channel.name)) is channel
    if "i" in channel.flags and not is_invited:
        raise Denied(numerics.ERR_INVITEONLYCHAN, channel.name)
    if not is_invited and channel.is_banned(client):
        raise Denied(numerics.ERR_BANNEDFROMCHAN, channel.name)
    if channel.key and not hmac.compare_digest(channel.key.encode(), key.encode()):
        raise Denied(numerics.ERR_BADCHANNELKEY, channel.name)
    if channel.limit and len(channel.members) >= channel.limit:
        raise Denied(numerics.ERR_CHANNELISFULL, channel.name)


def _enter(net: Network, client: Client, channel: Channel, status: int) -> None:
    channel.add(client, status)
    client.channels[folded(channel.name)] = channel
    client.invited.pop(folded(channel.name), None)
    plain = f"JOIN {channel.name}"
    line = net.line(client, plain, f"{plain} {client.account or '*'} :{client.real_name}")
    net.outbox.tell_channel(channel, line)
    if client.away:
        notified = [member for member in channel.members if member.has(AWAY_NOTIFY)]
        net.outbox.send_all(notified, net.line(client, f"AWAY :{client.away}"), but=client)
    if channel.topic:
        show_topic(net, client, channel)
    show_names(net, client, channel.name)


def _part(net: Network, client: Client, channel: Channel, reason: str) -> None:
    text = f"PART {channel.name} :{cut(reason, KICKLEN)}" if reason else f"PART {channel.name}"
    net.outbox.tell_channel(channel, net.line(client, text))
    net.leave_channel(client, channel)


def _shown_members(client: Client, channel: Channel) -> Iterator[str]:
    """Signs and names; the invisible are shown to other members only."""
    is_member, all_signs = client in channel.members, client.has(MULTI_PREFIX)
    with_host = client.has(USERHOST_IN_NAMES)
    for member, status in channel.members.items():
        if is_member or "i" not in member.modes:
            signs = channels.prefix(status, all_of_them=all_signs) if status else ""
            yield signs + (member.source if with_host else member.nick)
