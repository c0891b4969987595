"""Who is there and which channels there are, and how people are told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from grader.reference.irc import numerics
from grader.reference.irc.channel import Channel
from grader.reference.irc.client import Client
from grader.reference.irc.line import Line
from grader.reference.irc.numerics import Denied, Numeric
from grader.reference.irc.outbox import Outbox
from grader.reference.irc.settings import MAX_WHOWAS, Settings
from grader.wire.irc import Mask, folded

ROOM_FOR_WORDS = 400  # bytes of a list in one line, beside the names in front of it


class Left(NamedTuple):
    """Somebody who had a nick, and until when."""

    nick: str
    user: str
    host: str
    real_name: str
    at: float


class Network:
    """One server: its clients, channels and memory. `heard` is told, as (name, text), who comes and leaves.

    now          seconds since the epoch
    clients      all, by their keys
    by_nick      those with a nick, by its folded form; also before they have registered
    watchers     who monitors a nick, by its folded form
    left         the last who had gone last
    client_tags  of the message that is being dealt with, as they go over the wire
    """

    def __init__(self, settings: Settings, now: float, heard: Callable[[str, str], None]):
        self.settings, self.name, self.heard = settings, settings.name, heard
        self.started_at = self.now = now
        self.clients: dict[object, Client] = {}
        self.by_nick: dict[str, Client] = {}
        self.channels: dict[str, Channel] = {}
        self.watchers: dict[str, dict[Client, None]] = {}
        self.left: deque[Left] = deque(maxlen=MAX_WHOWAS)
        self.outbox = Outbox()
        self.client_tags = ""
        self.registered = 0
        self.most_registered = 0

    # Finding.

    def find_client(self, nick: str) -> Client | None:
        """Who is registered under this nick."""
        client = self.by_nick.get(folded(nick))
        return client if client and client.is_registered else None

    def client(self, nick: str) -> Client:
        """The same; Denied if there is nobody."""
        if client := self.find_client(nick):
            return client
        raise Denied(numerics.ERR_NOSUCHNICK, nick)

    def find_channel(self, name: str) -> Channel | None:
        """The channel of this name."""
        return self.channels.get(folded(name))

    def channel(self, name: str) -> Channel:
        """The same; Denied if there is none."""
        if channel := self.find_channel(name):
            return channel
        raise Denied(numerics.ERR_NOSUCHCHANNEL, name)

    def people(self) -> Iterator[Client]:
        """Who is registered."""
        return (client for client in self.by_nick.values() if client.is_registered)

    def expect_here(self, server: str) -> None:
        """Denied if this mask, or nick, stands for another server; nothing stands for this one."""
        if server and not Mask(server).matches(self.name) and not self.find_client(server):
            raise Denied(numerics.ERR_NOSUCHSERVER, server)

    # Telling.

    def reply(self, client: Client, numeric: Numeric, *params: object, text: str | None = None) -> None:
        """Answers with a numeric."""
        words = [f":{self.name} {numeric.code} {client.nick or '*'}", *map(_middle, params)]
        trailing = numeric.text if text is None else text
        if trailing is not None:
            words.append(f":{trailing}")
        self.outbox.send(client, Line(" ".join(words), self.now))

    def reply_in_lines(
        self, client: Client, numeric: Numeric, *params: object, words: Iterable[str], between: str = " "
    ) -> None:
        """Answers with as many lines as these words take; with none if there are none."""
        line: list[str] = []
        size = 0
        for word in words:
            length = (len(word) if word.isascii() else len(word.encode())) + 1
            size += length
            if size > ROOM_FOR_WORDS and line:
                self.reply(client, numeric, *params, text=between.join(line))
                line, size = [], length
            line.append(word)
        if line:
            self.reply(client, numeric, *params, text=between.join(line))

    def tell(self, client: Client, text: str) -> None:
        """Sends a line, whose source is this server."""
        self.outbox.send(client, Line(f":{self.name} {text}", self.now))

    def plain(self, text: str) -> Line:
        """A line without a source."""
        return Line(text, self.now)

    def fail(self, client: Client, command: str, code: str, text: str) -> None:
        """A standard reply: what a numeric has no words for."""
        self.tell(client, f"FAIL {command} {code} :{text}")

    def line(self, client: Client, text: str, extended: str = "") -> Line:
        """What a client does, as others are told."""
        source, tags = client.source, self.client_tags
        if "B" in client.modes:
            tags = f"{tags};bot" if tags else "bot"
        return Line(
            f":{source} {text}",
            self.now,
            account=client.account,
            client_tags=tags,
            extended=f":{source} {extended}" if extended else "",
        )

    def neighbours(self, client: Client, capability: int = 0) -> list[Client]:
        """All others who share a channel with it, and have this capability."""
        found: dict[Client, None] = {}
        for channel in client.channels.values():
            found.update(dict.fromkeys(channel.members))
        found.pop(client, None)
        return [other for other in found if not capability or other.has(capability)]

    @contextmanager
    def refusing(self, client: Client) -> Iterator[None]:
        """What is Denied here, the client is told."""
        try:
            yield
        except Denied as denied:
            self.reply(client, denied.numeric, *denied.params)

    # Coming and going.

    def takes_nick(self, client: Client, nick: str) -> None:
        """From now on this is its nick; whoever needs to be told has been."""
        if client.nick and self.by_nick.get(folded(client.nick)) is client:
            del self.by_nick[folded(client.nick)]
        self.by_nick[folded(nick)] = client
        client.nick = nick
        client.is_named()

    def remember(self, client: Client) -> None:
        """It had this nick, WHOWAS will say."""
        self.left.appendleft(Left(client.nick, client.user, client.host, client.real_name, self.now))

    def is_online(self, client: Client) -> None:
        """Who monitors its nick is told that it is there."""
        for watcher in self.watchers.get(folded(client.nick), ()):
            self.reply(watcher, numerics.RPL_MONONLINE, text=client.source)

    def is_offline(self, nick: str) -> None:
        """Who monitors this nick is told that nobody has it any more."""
        for watcher in self.watchers.get(folded(nick), ()):
            self.reply(watcher, numerics.RPL_MONOFFLINE, text=nick)

    def leave_channel(self, client: Client, channel: Channel) -> None:
        """It is in this channel no more; an empty channel is none."""
        channel.discard(client)
        del client.channels[folded(channel.name)]
        if not channel.members:
            del self.channels[folded(channel.name)]

    def end(self, client: Client, reason: str) -> None:
        """A client leaves, or is let go: it is told, and so are all who share a channel, once each."""
        if client.is_gone:
            return
        self.outbox.send(client, self.plain(f"ERROR :Closing link: {client.host} ({reason})"))
        client.is_gone = True
        del self.clients[client.key]
        if client.nick and self.by_nick.get(folded(client.nick)) is client:
            del self.by_nick[folded(client.nick)]
        self.forget_monitored(client)
        if client.is_registered:
            self._leave(client, reason)

    def forget_monitored(self, client: Client) -> None:
        """It monitors nobody any more."""
        for name in client.monitored:
            self.stop_watching(client, name)
        client.monitored.clear()

    def stop_watching(self, client: Client, name: str) -> None:
        """It is told no more about who has this nick, which is folded."""
        watchers = self.watchers[name]
        del watchers[client]
        if not watchers:
            del self.watchers[name]

    def _leave(self, client: Client, reason: str) -> None:
        self.registered -= 1
        self.remember(client)
        self.outbox.send_all(self.neighbours(client), self.line(client, f"QUIT :{reason}"))
        for channel in list(client.channels.values()):
            self.leave_channel(client, channel)
        self.is_offline(client.nick)
        self.heard(client.nick, "leaves")


def _middle(param: object) -> str:
    """A parameter that is not the last, whatever somebody has sent."""
    word = str(param).partition(" ")[0].lstrip(":")
    return word or "*"
