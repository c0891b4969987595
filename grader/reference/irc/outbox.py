"""What clients are told, gathered per client.

What one client says to one channel in a row is joined once, and given to each member as one piece: that is why a
message to a thousand costs little more than one to ten.
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.reference.irc.channel import Channel
from grader.reference.irc.client import Client
from grader.reference.irc.line import Line
from grader.wire.streams import Delivery


class Outbox:
    """Lines for clients, in order, until they are taken."""

    def __init__(self) -> None:
        self._dirty: dict[Client, None] = {}
        self._channel: Channel | None = None  # of what is said in a row
        self._but: Client | None = None
        self._row: list[Line] = []
        self._answer_at: int | None = None  # in the queue of whose labelled command is being answered

    def send(self, client: Client, line: Line) -> None:
        """One client is told."""
        self.end_row()
        client.queue.append(line.encoded(client.capabilities))
        self._dirty[client] = None

    def send_all(self, clients: Iterable[Client], line: Line, but: Client | None = None) -> None:
        """Each of these clients is told."""
        self.end_row()
        for client in clients:
            if client is not but:
                client.queue.append(line.encoded(client.capabilities))
                self._dirty[client] = None

    def send_beside(self, client: Client, line: Line) -> None:
        """One client is told what is no answer to its labelled command, before the answer."""
        self.send(client, line)
        if self._answer_at is not None:
            client.queue.insert(self._answer_at, client.queue.pop())
            self._answer_at += 1

    def say(self, channel: Channel, line: Line, but: Client | None) -> None:
        """All members are told; the channel stays as it is until the row has ended."""
        if channel is not self._channel or but is not self._but:
            self.end_row()
            self._channel, self._but = channel, but
        self._row.append(line)

    def tell_channel(self, channel: Channel, line: Line) -> None:
        """All members are told, before the channel changes."""
        self.say(channel, line, None)
        self.end_row()

    def end_row(self) -> None:
        """What was said in a row is given to the members."""
        if not self._row:
            return
        for variant, audience in self._channel.audiences.items():
            data = b"".join([line.encoded(variant) for line in self._row])
            for client in audience:
                if client is not self._but:
                    client.queue.append(data)
            self._dirty.update(audience)
        self._row.clear()
        self._channel = self._but = None

    def begin_answer(self, client: Client) -> None:
        """What a client is told from now on answers its labelled command."""
        self.end_row()
        self._answer_at = len(client.queue)

    def answer(self, client: Client) -> list[bytes]:
        """Takes back the lines that it was told since."""
        self.end_row()
        answer = b"".join(client.queue[self._answer_at :])  # what was said in a row is one piece
        del client.queue[self._answer_at :]
        self._answer_at = None
        return [line + b"\r\n" for line in answer.split(b"\r\n")[:-1]]

    def put(self, client: Client, data: bytes) -> None:
        """Gives a client these lines."""
        client.queue.append(data)
        self._dirty[client] = None

    def take(self) -> list[Delivery]:
        """All there is for each client, as one piece."""
        self.end_row()
        dirty, self._dirty = self._dirty, {}
        return [Delivery(client.key, client.takes(), client.is_gone) for client in dirty if client.queue]
