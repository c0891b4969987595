"""The IRC server of week 8: bytes of clients in, bytes for clients out, without sockets or a clock.

    chat = IrcChat(now=time.time())
    chat.opens("first", "192.0.2.7")
    chat.receives("first", b"NICK alice\\r\\nUSER al 0 * :Al\\r\\n")  [Delivery("first", b":irc.lab5.example 001 ...")]

A client gets at most one Delivery from each call. Whatever comes in, a client costs a bounded amount of memory; what
waits for one that does not read is counted by whoever has sockets.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable
from contextlib import suppress

from grader.reference.irc import numerics
from grader.reference.irc.capabilities import BATCH, LABELED_RESPONSE, MESSAGE_TAGS
from grader.reference.irc.client import Client, shown_host
from grader.reference.irc.commands import COMMANDS, Command
from grader.reference.irc.inbox import TOO_LONG, Inbox
from grader.reference.irc.network import Network
from grader.reference.irc.settings import MAX_LABEL, MAX_WAITING, Settings
from grader.wire.irc import Malformed, Message, read, write_tags
from grader.wire.streams import Delivery

LOOKS = 10  # in the time of silence after which a client is asked whether it is there


class IrcChat:
    """The server. `heard` is told, as (name, text), who comes and leaves: what is said is for those who are there."""

    def __init__(
        self,
        heard: Callable[[str, str], None] = lambda name, text: None,
        *,
        now: float,
        settings: Settings | None = None,
    ):
        self.settings = settings or Settings()
        self._net = Network(self.settings, now, heard)
        self._impatient: dict[Client, None] = {}  # whose lines have come faster than they may
        self._looks_at = now
        self._batches = itertools.count(1)

    def names(self) -> list[str]:
        """Who is there."""
        return sorted(person.nick for person in self._net.people())

    def opens(self, key: Hashable, host: str = "localhost") -> list[Delivery]:
        """Somebody connects."""
        now = self._net.now
        client = Client(key, shown_host(host), Inbox(self.settings.flood, now), now, heard_at=now)
        self._net.clients[key] = client
        return []

    def receives(self, key: Hashable, data: bytes) -> list[Delivery]:
        """What is sent, and to whom, when these bytes have come from a client."""
        client = self._net.clients.get(key)
        if client is None:  # it has left: what follows counts no more
            return []
        client.heard_at, client.pinged_at = self._net.now, None
        client.inbox.feed(data)
        self._work(client)
        return self._net.outbox.take()

    def ends(self, key: Hashable, reason: str = "Connection closed") -> list[Delivery]:
        """Somebody's connection has ended: what the others are sent."""
        if client := self._net.clients.get(key):
            self._net.end(client, reason)
        return [delivery for delivery in self._net.outbox.take() if delivery.to != key]

    def ticks(self, now: float) -> list[Delivery]:
        """It is so late, in seconds since the epoch: what is sent to whom by now. Best called ten times a second."""
        self._net.now = now
        for client in list(self._impatient):
            self._work(client)
        if now >= self._looks_at and self.settings.ping:
            self._looks_at = now + self.settings.ping / LOOKS
            for client in list(self._net.clients.values()):
                self._look(client)
        return self._net.outbox.take()

    def closes(self, reason: str = "The server ends") -> list[Delivery]:
        """The server ends: everybody is told."""
        clients = list(self._net.clients.values())
        self._net.clients.clear()
        data = f"ERROR :{reason}\r\n".encode()
        return [Delivery(client.key, data, ends=True) for client in clients]

    def _look(self, client: Client) -> None:
        """Silence is asked about once; registration takes no longer than that either."""
        net, patience = self._net, self.settings.ping
        if not client.is_registered:
            if net.now - client.opened_at >= patience:
                net.end(client, "Registration timed out")
        elif client.pinged_at is not None:
            if net.now - client.pinged_at >= patience:
                net.end(client, f"Ping timeout: {patience:g} seconds")
        elif net.now - client.heard_at >= patience:
            client.pinged_at = net.now
            net.outbox.send(client, net.plain(f"PING :{net.name}"))

    def _work(self, client: Client) -> None:
        """Does what a client has sent, as fast as it may."""
        for line in client.inbox.take(self._net.now):
            self._do(client, line)
            if client.is_gone:
                break
        if client.inbox.waiting > MAX_WAITING:
            self._net.end(client, "Excess Flood")
        if client.inbox.waiting and not client.is_gone:
            self._impatient[client] = None
        else:
            self._impatient.pop(client, None)

    def _do(self, client: Client, line: bytes) -> None:
        if line is TOO_LONG:
            self._net.reply(client, numerics.ERR_INPUTTOOLONG)
            return
        try:
            message, is_text = read(line.decode()), True
        except UnicodeDecodeError:
            message, is_text = _read_anyhow(line), False
        except Malformed:
            message, is_text = _read_anyhow(line), True
        if message is None:
            return
        label = message.tags.get("label", "")
        if label and client.has(LABELED_RESPONSE) and len(label.encode()) <= MAX_LABEL:
            self._answer(client, message, is_text=is_text, label=label)
        else:
            self._obey(client, message, is_text=is_text)

    def _obey(self, client: Client, message: Message, *, is_text: bool) -> None:
        """Does a command, or says why not."""
        net, command = self._net, COMMANDS.get(message.command)
        if not is_text:
            net.fail(client, message.command, "INVALID_UTF8", "This is not UTF-8, and was not passed on")
        elif command is None:
            net.reply(client, numerics.ERR_UNKNOWNCOMMAND, message.command)
        elif not client.is_registered and not command.is_first:
            net.reply(client, numerics.ERR_NOTREGISTERED)
        elif len(message.params) < command.least or (command.least and not message.params[0]):
            net.reply(client, numerics.ERR_NEEDMOREPARAMS, message.command)
        else:
            self._run(client, command, message)

    def _run(self, client: Client, command: Command, message: Message) -> None:
        net = self._net
        if not command.is_said:
            net.outbox.end_row()
        if message.tags and client.has(MESSAGE_TAGS):
            tags = {key: value for key, value in message.tags.items() if key.startswith("+")}
            net.client_tags = write_tags(tags)
        with net.refusing(client):
            command.do(net, client, *message.params[: command.most])
        net.client_tags = ""

    def _answer(self, client: Client, message: Message, *, is_text: bool, label: str) -> None:
        """Does a command, and labels what the client is told: one line by itself, several as a batch."""
        outbox, tag = self._net.outbox, write_tags({"label": label}).encode()
        outbox.begin_answer(client)
        self._obey(client, message, is_text=is_text)
        lines = outbox.answer(client)
        if not lines:
            outbox.put(client, _tagged(tag, self._from_server("ACK", client)))
        elif len(lines) == 1 or not client.has(BATCH):
            for line in lines:
                outbox.put(client, _tagged(tag, line))
        else:
            name = f"{next(self._batches):x}"
            outbox.put(client, _tagged(tag, self._from_server(f"BATCH +{name} labeled-response", client)))
            for line in lines:
                outbox.put(client, _tagged(f"batch={name}".encode(), line))
            outbox.put(client, self._from_server(f"BATCH -{name}", client))

    def _from_server(self, text: str, client: Client) -> bytes:
        return self._net.plain(f":{self._net.name} {text}").encoded(client.capabilities)


def _read_anyhow(line: bytes) -> Message | None:
    """What of a line can be told: all of it, if only tags without a name are in the way; or its tags, and its command
    or what stands there instead. None where there is nothing."""
    text = line.decode(errors="replace")
    with suppress(Malformed):
        return read(text)
    tags, _, rest = text.partition(" ") if text.startswith("@") else ("", "", text)
    named = ";".join(tag for tag in tags[1:].split(";") if tag.partition("=")[0])
    tags = f"@{named} " if named else ""
    with suppress(Malformed):
        return read(tags + rest)
    words = [word for word in rest.split(" ") if word and not word.startswith(":")]
    if not words:
        return None
    with suppress(Malformed):
        return Message(words[0], tags=read(f"{tags}PING").tags)
    return Message(words[0])


def _tagged(tag: bytes, line: bytes) -> bytes:
    """A line of bytes with one more tag."""
    return b"@" + tag + (b";" + line[1:] if line.startswith(b"@") else b" " + line)
