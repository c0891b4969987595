"""PRIVMSG, NOTICE and TAGMSG: who says what to whom; AWAY and SETNAME: what they say of themselves.

RFC 2812 sections 3.3, 4.1; modern.ircdocs.horse, "Sending Messages"; IRCv3, "message-tags", "echo-message", "setname".
"""

from __future__ import annotations

from contextlib import suppress

from grader.reference.irc import numerics
from grader.reference.irc.capabilities import AWAY_NOTIFY, ECHO_MESSAGE, MESSAGE_TAGS
from grader.reference.irc.capabilities import SETNAME as HAS_SETNAME
from grader.reference.irc.channel import SIGNS, Channel
from grader.reference.irc.client import Client
from grader.reference.irc.line import Line, cut
from grader.reference.irc.network import Network
from grader.reference.irc.numerics import Denied
from grader.reference.irc.settings import AWAYLEN, MAX_TARGETS, NAMELEN
from grader.wire.irc import folded


def privmsg(net: Network, client: Client, targets: str = "", text: str = "") -> None:
    """PRIVMSG: something to people and channels."""
    if not targets:
        raise Denied(numerics.ERR_NORECIPIENT)
    if not text:
        raise Denied(numerics.ERR_NOTEXTTOSEND)
    client.active_at = net.now
    if "," not in targets:
        _talk(net, client, "PRIVMSG", targets, f" :{text}")
        return
    for target in _split(net, client, targets):
        with net.refusing(client):
            _talk(net, client, "PRIVMSG", target, f" :{text}")


def notice(net: Network, client: Client, targets: str = "", text: str = "") -> None:
    """NOTICE: the same, which nobody ever answers, so that two programs cannot answer each other for ever."""
    for target in _each(targets)[:MAX_TARGETS]:
        with suppress(Denied):
            if text:
                _talk(net, client, "NOTICE", target, f" :{text}")


def tagmsg(net: Network, client: Client, targets: str) -> None:
    """TAGMSG: only tags, to those who know tags."""
    for target in _split(net, client, targets):
        with net.refusing(client):
            _talk(net, client, "TAGMSG", target, "")


def away(net: Network, client: Client, text: str = "") -> None:
    """AWAY: one is, and says why; or is no more."""
    before, client.away = client.away, cut(text, AWAYLEN)
    net.reply(client, numerics.RPL_NOWAWAY if client.away else numerics.RPL_UNAWAY)
    if client.away != before:
        line = net.line(client, f"AWAY :{client.away}" if client.away else "AWAY")
        net.outbox.send_all(net.neighbours(client, AWAY_NOTIFY), line)


def setname(net: Network, client: Client, real_name: str) -> None:
    """SETNAME: what a person is called."""
    if not real_name or len(real_name.encode()) > NAMELEN:
        net.fail(client, "SETNAME", "INVALID_REALNAME", f"A name has 1 to {NAMELEN} bytes")
        return
    client.real_name = real_name
    line = net.line(client, f"SETNAME :{real_name}")
    if client.has(HAS_SETNAME):
        net.outbox.send(client, line)
    net.outbox.send_all(net.neighbours(client, HAS_SETNAME), line)


def _each(targets: str) -> list[str]:
    """These targets, each once, however it is spelled."""
    found: dict[str, str] = {}
    for target in filter(None, targets.split(",")):
        found.setdefault(folded(target), target)
    return [*found.values()]


def _split(net: Network, client: Client, targets: str) -> list[str]:
    """The first of them, and a refusal for the rest."""
    found = _each(targets)
    if len(found) > MAX_TARGETS:
        net.reply(client, numerics.ERR_TOOMANYTARGETS, found[MAX_TARGETS])
    return found[:MAX_TARGETS]


def _talk(net: Network, client: Client, command: str, target: str, text: str) -> None:
    status = SIGNS.get(target[0])
    name = target if status is None else target[1:]
    if not name.startswith("#"):
        _talk_to(net, client, net.client(target), command, text)
        return
    channel = net.channel(name)
    if not channel.may_speak(client):
        raise Denied(numerics.ERR_CANNOTSENDTOCHAN, channel.name)
    _talk_in(net, client, channel, f"{command} {target}{text}", status)


def _talk_in(net: Network, client: Client, channel: Channel, text: str, status: int | None) -> None:
    """To a channel, or to those of its members who have a status."""
    line = net.line(client, text)
    but = None if client.has(ECHO_MESSAGE) else client
    if status is None and not text.startswith("TAGMSG"):
        net.outbox.say(channel, line, but)
        return
    told = list(channel.members if status is None else channel.with_status(status))
    if status is not None and but is None and client not in told:
        told.append(client)
    if text.startswith("TAGMSG"):
        told = [member for member in told if member.has(MESSAGE_TAGS)]
    net.outbox.send_all(told, line, but=but)


def _talk_to(net: Network, client: Client, other: Client, command: str, text: str) -> None:
    line = net.line(client, f"{command} {other.nick}{text}")
    if command != "TAGMSG" or other.has(MESSAGE_TAGS):
        _deliver(net, client, other, line)
    if client.has(ECHO_MESSAGE) and (command != "TAGMSG" or client.has(MESSAGE_TAGS)):
        net.outbox.send(client, line)
    if command == "PRIVMSG" and other.away:
        net.reply(client, numerics.RPL_AWAY, other.nick, text=other.away)


def _deliver(net: Network, client: Client, other: Client, line: Line) -> None:
    """What one says to oneself comes as if it came from another, beside its echo."""
    if other is client:
        net.outbox.send_beside(client, line)
    else:
        net.outbox.send(other, line)
