"""KICK, INVITE and TOPIC: what mostly operators of a channel do.

RFC 2812 sections 3.2.4, 3.2.7, 3.2.8; modern.ircdocs.horse, "Channel Operations"; IRCv3, "invite-notify".
"""

from __future__ import annotations

from grader.reference.irc import membership, numerics
from grader.reference.irc.capabilities import INVITE_NOTIFY
from grader.reference.irc.channel import Channel
from grader.reference.irc.client import Client
from grader.reference.irc.line import cut
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import KICKLEN, TOPICLEN
from grader.wire.irc import folded


def kick(net: Network, client: Client, names: str, nicks: str, reason: str = "") -> None:
    """KICK: one channel and several people, or as many channels as people."""
    channels, people = names.split(","), nicks.split(",")
    if len(channels) == 1:
        channels *= len(people)
    for name, nick in zip(channels, people, strict=False):
        with net.refusing(client):
            _kick(net, client, name, nick, cut(reason, KICKLEN) or client.nick)


def invite(net: Network, client: Client, nick: str = "", name: str = "") -> None:
    """INVITE: somebody to a channel; without parameters, which invitations one has."""
    if not nick:
        _list_invitations(net, client)
        return
    if not name:
        raise Denied(numerics.ERR_NEEDMOREPARAMS, "INVITE")
    invited, channel = net.client(nick), membership.joined(net, client, name)
    is_operator = channel.is_operator(client)
    if "i" in channel.flags and not is_operator:
        raise Denied(numerics.ERR_CHANOPRIVSNEEDED, channel.name)
    if invited in channel.members:
        raise Denied(numerics.ERR_USERONCHANNEL, invited.nick, channel.name)
    if is_operator:
        invited.invited[folded(channel.name)] = channel
    _tell_invitation(net, client, invited, channel)


def topic(net: Network, client: Client, name: str, text: str | None = None) -> None:
    """TOPIC: is shown, set, or taken away with an empty one."""
    if text is not None:
        _set_topic(net, client, membership.joined(net, client, name), cut(text, TOPICLEN))
        return
    channel = net.channel(name)
    if channel.is_hidden_from(client):
        raise Denied(numerics.ERR_NOSUCHCHANNEL, name)
    if channel.topic:
        membership.show_topic(net, client, channel)
    else:
        net.reply(client, numerics.RPL_NOTOPIC, channel.name)


def operated(net: Network, client: Client, name: str) -> Channel:
    """A channel of which this client is operator; Denied for any other."""
    channel = membership.joined(net, client, name)
    if not channel.is_operator(client):
        raise Denied(numerics.ERR_CHANOPRIVSNEEDED, channel.name)
    return channel


def _kick(net: Network, client: Client, name: str, nick: str, reason: str) -> None:
    channel = operated(net, client, name)
    kicked = net.client(nick)
    if kicked not in channel.members:
        raise Denied(numerics.ERR_USERNOTINCHANNEL, kicked.nick, channel.name)
    line = net.line(client, f"KICK {channel.name} {kicked.nick} :{reason}")
    net.outbox.tell_channel(channel, line)
    net.leave_channel(kicked, channel)


def _tell_invitation(net: Network, client: Client, invited: Client, channel: Channel) -> None:
    net.reply(client, numerics.RPL_INVITING, invited.nick, channel.name)
    if invited.away:
        net.reply(client, numerics.RPL_AWAY, invited.nick, text=invited.away)
    line = net.line(client, f"INVITE {invited.nick} :{channel.name}")
    net.outbox.send(invited, line)
    notified = [member for member in channel.members if member.has(INVITE_NOTIFY)]
    net.outbox.send_all(notified, line, but=client)


def _list_invitations(net: Network, client: Client) -> None:
    for name, channel in list(client.invited.items()):
        if net.channels.get(name) is channel:
            net.reply(client, numerics.RPL_INVITELIST, channel.name)
        else:
            del client.invited[name]
    net.reply(client, numerics.RPL_ENDOFINVITELIST)


def _set_topic(net: Network, client: Client, channel: Channel, text: str) -> None:
    if "t" in channel.flags and not channel.is_operator(client):
        raise Denied(numerics.ERR_CHANOPRIVSNEEDED, channel.name)
    channel.topic, channel.topic_by, channel.topic_at = text, client.source, net.now
    net.outbox.tell_channel(channel, net.line(client, f"TOPIC {channel.name} :{text}"))
