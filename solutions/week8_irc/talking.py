"""Messages: PRIVMSG, NOTICE and TAGMSG, to people and channels; and AWAY (RFC 2812 sections 3.3 and 4.1)."""

from typing import NamedTuple

import replies
from channels import each, is_banned
from limits import AWAYLEN, MOST_TARGETS
from messages import Message, shortened_text
from network import Channel, Client, Network
from replies import Refused


class Speech(NamedTuple):
    """What somebody says."""

    command: str
    text: str | None
    tags: str


def privmsg(network: Network, client: Client, params: list[str], tags: str) -> None:
    """PRIVMSG targets :text. Whoever is away has an answer; so this, unlike NOTICE, is not for programs."""
    targets, text = targets_and_text(params)
    client.spoke = network.now
    for target in targets:
        network.attempt(client, deliver, target, Speech("PRIVMSG", text, tags))


def notice(network: Network, client: Client, params: list[str], tags: str) -> None:
    """NOTICE targets :text. RFC 2812 section 3.3.2: it is never answered, so that two programs never talk for ever."""
    try:
        targets, text = targets_and_text(params)
    except Refused:
        return
    for target in targets:
        try:
            deliver(network, client, target, Speech("NOTICE", text, tags))
        except Refused:
            continue


def tagmsg(network: Network, client: Client, params: list[str], tags: str) -> None:
    """TAGMSG targets: nothing but tags, for those who can see them (IRCv3: message-tags)."""
    if "message-tags" not in client.capabilities:
        raise Refused(replies.ERR_UNKNOWNCOMMAND, "TAGMSG")
    for target in targets_and_text([*(params or [""])[:1], "-"])[0]:
        network.attempt(client, deliver, target, Speech("TAGMSG", None, tags))


def targets_and_text(params: list[str]) -> tuple[list[str], str]:
    if not params or not params[0]:
        raise Refused(replies.ERR_NORECIPIENT)
    if len(params) < 2 or not params[1]:
        raise Refused(replies.ERR_NOTEXTTOSEND)
    targets = each(params[0])
    if len(targets) > MOST_TARGETS:
        raise Refused(replies.ERR_TOOMANYTARGETS, targets[MOST_TARGETS])
    return targets, params[1]


def deliver(network: Network, client: Client, target: str, speech: Speech) -> None:
    """One message to one target, and back to its sender if it wants that (IRCv3: echo-message)."""
    if target.lstrip("@+").startswith("#"):
        name, receivers = of_channel(network, client, target)
        away = ""
    else:
        person = network.person(target)
        name, receivers, away = person.nick, [person], person.away
    if speech.command == "TAGMSG":
        receivers = [receiver for receiver in receivers if "message-tags" in receiver.capabilities]
    tags = speech.tags if "message-tags" in client.capabilities else ""
    message = Message(client.source, speech.command, name, text=speech.text, tags=tags)
    network.send(receivers, message)
    if "echo-message" in client.capabilities:
        network.send([client], message)
    if away and speech.command == "PRIVMSG":
        network.reply(client, replies.RPL_AWAY, name, text=away)


def of_channel(network: Network, client: Client, target: str) -> tuple[str, list[Client]]:
    """The name of a channel, and those in it who get what the client says there.

    @#channel means its operators, +#channel also those with voice (modern IRC: STATUSMSG).
    """
    status, _, name = target.partition("#")
    channel = network.channel(f"#{name}")
    check_may_speak(channel, client)
    others = [member for member in channel.members if member is not client]
    if status:
        wanted = {"@"} if "+" not in status else {"@", "+"}
        others = [member for member in others if wanted.intersection(channel.members[member])]
    return status + channel.name, others


def check_may_speak(channel: Channel, client: Client) -> None:
    """RFC 2811 sections 4.2.4, 4.2.3 and 4.3.1: +n, +m, and bans for those inside."""
    status = channel.members.get(client)
    is_outside = status is None and "n" in channel.flags
    is_silent = not status and ("m" in channel.flags or is_banned(channel, client))
    if is_outside or is_silent:
        raise Refused(replies.ERR_CANNOTSENDTOCHAN, channel.name)


def away(network: Network, client: Client, params: list[str]) -> None:
    """AWAY :text, and AWAY to be back. Those who share a channel are told if they like (IRCv3: away-notify)."""
    client.away = shortened_text(params[0], AWAYLEN) if params else ""
    network.reply(client, replies.RPL_NOWAWAY if client.away else replies.RPL_UNAWAY)
    to_tell = [peer for peer in network.peers(client) if "away-notify" in peer.capabilities]
    network.send(to_tell, Message(client.source, "AWAY", text=client.away or None))
