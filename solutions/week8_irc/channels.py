"""Channels: JOIN, PART, TOPIC, NAMES, LIST, INVITE and KICK (RFC 2812 section 3.2; RFC 2811)."""

from collections.abc import Iterable

import replies
from limits import KICKLEN, MOST_CHANNELS, TOPICLEN
from messages import Message, shortened_text, size
from names import fold, is_channel, matches
from network import Channel, Client, Network, Setting
from replies import Refused

NAMES_LENGTH = 380  # bytes of names in one RPL_NAMREPLY


def each(words: str) -> list[str]:
    """The parts of a list with commas; each only once, so that nobody gets a thousand answers with one line."""
    return list({fold(word): word for word in words.split(",")}.values())


def join(network: Network, client: Client, params: list[str]) -> None:
    """JOIN channels keys. What goes wrong with one of the channels is said, and the others are joined."""
    if params[0] == "0":  # RFC 2812 section 3.2.1: leave all channels
        for channel in list(client.channels.values()):
            leave(network, client, channel, None)
        return
    names = params[0].split(",")
    keys = params[1].split(",") if len(params) > 1 else []
    key_of = {fold(name): key for name, key in zip(names, keys, strict=False)}
    for name in each(params[0]):
        network.attempt(client, join_one, name, key_of.get(fold(name), ""))


def join_one(network: Network, client: Client, name: str, key: str) -> None:
    if not name.startswith("#"):
        raise Refused(replies.ERR_NOSUCHCHANNEL, name)
    if not is_channel(name):
        raise Refused(replies.ERR_BADCHANMASK, name)
    channel = network.channels.get(fold(name))
    if channel and client in channel.members:
        return
    if len(client.channels) >= MOST_CHANNELS:
        raise Refused(replies.ERR_TOOMANYCHANNELS, name)
    if channel is None:
        channel = network.channels[fold(name)] = Channel(name, network.now)
        status = "@"  # RFC 2811 section 3.1: whoever makes a channel is its operator
    else:
        check_may_join(channel, client, key)
        status = ""
    channel.invited.pop(client, None)  # an invitation is good for one time
    channel.members[client] = status
    client.channels[fold(name)] = channel
    network.send(channel.members, Message(client.source, "JOIN", channel.name))
    if client.away:
        to_tell = [member for member in channel.members if "away-notify" in member.capabilities]
        network.send(to_tell, Message(client.source, "AWAY", text=client.away), but=client)
    if channel.topic:
        tell_topic(network, client, channel)
    tell_names(network, client, channel)


def check_may_join(channel: Channel, client: Client, key: str) -> None:
    invited = client in channel.invited
    if is_banned(channel, client) and not channel.invited.get(client):
        raise Refused(
            replies.ERR_BANNEDFROMCHAN, channel.name
        )  # RFC 2811 section 4.3.1: an operator's invitation helps
    if "i" in channel.flags and not invited:
        raise Refused(replies.ERR_INVITEONLYCHAN, channel.name)
    if channel.key and key != channel.key:
        raise Refused(replies.ERR_BADCHANNELKEY, channel.name)
    if channel.limit and len(channel.members) >= channel.limit:
        raise Refused(replies.ERR_CHANNELISFULL, channel.name)


def is_banned(channel: Channel, client: Client) -> bool:
    """RFC 2811 section 4.3: a ban counts unless there is an exception from it."""
    bans, exceptions = channel.lists["b"], channel.lists["e"]
    if not bans:
        return False
    source = client.source
    return any(matches(mask, source) for mask in bans) and not any(matches(mask, source) for mask in exceptions)


def part(network: Network, client: Client, params: list[str]) -> None:
    reason = shortened_text(params[1], KICKLEN) if len(params) > 1 and params[1] else None
    for name in each(params[0]):
        network.attempt(client, part_one, name, reason)


def part_one(network: Network, client: Client, name: str, reason: str | None) -> None:
    leave(network, client, network.own_channel(client, name), reason)


def leave(network: Network, client: Client, channel: Channel, reason: str | None) -> None:
    network.send(channel.members, Message(client.source, "PART", channel.name, text=reason))
    network.take_out(client, channel)


def kick(network: Network, client: Client, params: list[str]) -> None:
    """KICK channel nicks, or as many channels as nicks (RFC 2812 section 3.2.8)."""
    names, nicks = params[0].split(","), params[1].split(",")
    if len(names) == 1:
        names *= len(nicks)
    if len(names) != len(nicks):
        raise Refused(replies.ERR_NEEDMOREPARAMS, "KICK")
    reason = params[2] if len(params) > 2 and params[2] else client.nick
    for name, nick in zip(names, nicks, strict=True):
        network.attempt(client, kick_one, name, nick, shortened_text(reason, KICKLEN))


def kick_one(network: Network, client: Client, name: str, nick: str, reason: str) -> None:
    channel = network.own_channel(client, name)
    if not channel.is_operator(client):
        raise Refused(replies.ERR_CHANOPRIVSNEEDED, channel.name)
    victim = network.person(nick)
    if victim not in channel.members:
        raise Refused(replies.ERR_USERNOTINCHANNEL, victim.nick, channel.name)
    network.send(channel.members, Message(client.source, "KICK", channel.name, victim.nick, text=reason))
    network.take_out(victim, channel)


def invite(network: Network, client: Client, params: list[str]) -> None:
    """INVITE nick channel; alone, it lists one's invitations (modern IRC: INVITE)."""
    if not params:
        for channel in network.channels.values():
            if client in channel.invited:
                network.reply(client, replies.RPL_INVITELIST, channel.name)
        network.reply(client, replies.RPL_ENDOFINVITELIST)
        return
    if len(params) < 2:
        raise Refused(replies.ERR_NEEDMOREPARAMS, "INVITE")
    guest, channel = network.person(params[0]), network.own_channel(client, params[1])
    if guest in channel.members:
        raise Refused(replies.ERR_USERONCHANNEL, guest.nick, channel.name)
    if "i" in channel.flags and not channel.is_operator(client):
        raise Refused(replies.ERR_CHANOPRIVSNEEDED, channel.name)
    channel.invited[guest] = channel.invited.get(guest, False) or channel.is_operator(client)
    network.reply(client, replies.RPL_INVITING, guest.nick, channel.name)
    network.send([guest], Message(client.source, "INVITE", guest.nick, text=channel.name))
    if guest.away:
        network.reply(client, replies.RPL_AWAY, guest.nick, text=guest.away)


def topic(network: Network, client: Client, params: list[str]) -> None:
    """TOPIC channel asks; TOPIC channel :text sets, and an empty text takes it away."""
    channel = network.channel(params[0])
    if client not in channel.members and (len(params) > 1 or channel.is_hidden_from(client)):
        raise Refused(replies.ERR_NOTONCHANNEL, channel.name)
    if len(params) < 2:
        tell_topic(network, client, channel)
        return
    if "t" in channel.flags and not channel.is_operator(client):
        raise Refused(replies.ERR_CHANOPRIVSNEEDED, channel.name)
    channel.topic = shortened_text(params[1], TOPICLEN)
    channel.topic_set = Setting(client.source, int(network.now))
    network.send(channel.members, Message(client.source, "TOPIC", channel.name, text=channel.topic))


def tell_topic(network: Network, client: Client, channel: Channel) -> None:
    if not channel.topic:
        network.reply(client, replies.RPL_NOTOPIC, channel.name)
        return
    network.reply(client, replies.RPL_TOPIC, channel.name, text=channel.topic)
    network.reply(client, replies.RPL_TOPICWHOTIME, channel.name, channel.topic_set.by, str(channel.topic_set.at))


def names(network: Network, client: Client, params: list[str]) -> None:
    """NAMES channels. Where there is nothing to see there is only the end of it (modern IRC: NAMES)."""
    if not params:
        for channel in network.channels.values():
            if not channel.is_hidden_from(client):
                tell_members(network, client, channel)
        network.reply(client, replies.RPL_ENDOFNAMES, "*")
        return
    for name in each(params[0]):
        channel = network.channels.get(fold(name))
        if channel is None or channel.is_hidden_from(client):
            network.reply(client, replies.RPL_ENDOFNAMES, name)
        else:
            tell_names(network, client, channel)


def tell_names(network: Network, client: Client, channel: Channel) -> None:
    tell_members(network, client, channel)
    network.reply(client, replies.RPL_ENDOFNAMES, channel.name)


def tell_members(network: Network, client: Client, channel: Channel) -> None:
    """RPL_NAMREPLY, as many as are needed: `=` is a public channel, `@` a secret one (RFC 2812 section 5.1)."""
    sign = "@" if "s" in channel.flags else "="
    most = None if "multi-prefix" in client.capabilities else 1  # without it, only the highest status is shown
    inside = client in channel.members
    found = [
        f"{status[:most]}{member.nick}"
        for member, status in channel.members.items()
        if inside or "i" not in member.modes or network.can_see(client, member)
    ]
    for line in packed(found, NAMES_LENGTH):
        network.reply(client, replies.RPL_NAMREPLY, sign, channel.name, text=line)


def packed(words: Iterable[str], longest: int) -> Iterable[str]:
    """Lines of words, as full as can be."""
    line, length = [], 0
    for word in words:
        if length + size(word) > longest:
            yield " ".join(line)
            line, length = [], 0
        line.append(word)
        length += size(word) + 1
    if line:
        yield " ".join(line)


def list_channels(network: Network, client: Client, params: list[str]) -> None:
    """LIST, or LIST channels. Secret ones are listed for their members only (RFC 2811 section 4.2.6)."""
    if params and params[0]:
        asked = [network.channels.get(fold(name)) for name in each(params[0])]
        found = [channel for channel in asked if channel]
    else:
        found = list(network.channels.values())
    network.reply(client, replies.RPL_LISTSTART, "Channel")
    for channel in found:
        if not channel.is_hidden_from(client):
            network.reply(client, replies.RPL_LIST, channel.name, str(len(channel.members)), text=channel.topic)
    network.reply(client, replies.RPL_LISTEND)
