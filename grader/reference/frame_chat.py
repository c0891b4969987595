"""The chat server of week 9.

FrameChat is the server without sockets, clock and disk: bytes of a client in, bytes for clients out. What was said
before is handed in, and what is said is told to whoever keeps it, before anybody else hears of it.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from grader.wire import frame_chat as wire
from grader.wire import frames
from grader.wire.frame_chat import REMEMBERED, Bye, Hello, Help, History, Malformed, Nick, Request, Say, Who
from grader.wire.frames import LONGEST_MESSAGE, Broken, Frames
from grader.wire.streams import Delivery

MAX_MEMBERS = 1_000
ROOM = 100_000  # bytes of a message that are left to whatever is in it besides the history
ALWAYS = "2026-11-21T09:30:00Z"  # for conversations in which the time does not matter
HELP = "say: a text for everybody. Commands: who, history, help, nick (with a name). bye: you leave."

Address = Hashable  # of a client: whatever tells one from another


@dataclass(eq=False)
class Visitor:
    """A client that is connected; without a name until it has said hello."""

    address: Address
    name: str = ""
    frames: Frames = field(default_factory=Frames)


class FrameChat:
    """The conversation.

    heard    is told, as (name, text), who came, what was said, and who left
    history  of earlier: messages with id, name, text and time, the oldest first
    now      the time as a message has it
    first    the id of the first message, where there is no history
    """

    def __init__(
        self,
        heard: Callable[[str, str], None] = lambda name, text: None,
        history: Iterable[dict] = (),
        now: Callable[[], str] = lambda: ALWAYS,
        first: int = 1,
    ):
        self._heard = heard
        self._now = now
        self._history = deque(history, maxlen=REMEMBERED)
        self._ids = itertools.count(self._history[-1]["id"] + 1 if self._history else first)
        self._visitors: dict[Address, Visitor] = {}
        self._by_name: dict[str, Visitor] = {}  # in lower case: two names that differ in nothing else are the same

    def names(self) -> list[str]:
        """Who is there."""
        return wire.listed(visitor.name for visitor in self._by_name.values())

    def opens(self, client: Address) -> list[Delivery]:
        """Somebody connects."""
        self._visitors[client] = Visitor(client)
        return []

    def receives(self, client: Address, data: bytes) -> list[Delivery]:
        """What is sent, and to whom, when these bytes have come from a client."""
        deliveries: list[Delivery] = []
        visitor = self._visitors.get(client)
        if visitor is None:
            return deliveries
        try:
            for payload in visitor.frames.feed(data):
                deliveries += self._answer(visitor, payload)
                if client not in self._visitors:  # it has said bye: what follows counts no more
                    break
        except Broken as broken:
            deliveries.append(Delivery(client, _refusal(broken.code, broken.text), ends=True))
            deliveries += self.ends(client)
        return deliveries

    def ends(self, client: Address) -> list[Delivery]:
        """Somebody's connection has ended: what the others are sent."""
        visitor = self._visitors.pop(client, None)
        return self._leave(visitor) if visitor else []

    def say(self, name: str, text: str) -> list[Delivery]:
        """Keeps and sends what `name`, who need not be a client, says to all others."""
        said = {"id": next(self._ids), "name": name, "text": text, "time": self._now()}
        self._heard(name, text)
        self._history.append(said)
        return self._to_all(frames.packed(type="message", **said), but=self._by_name.get(name.lower()))

    def _answer(self, visitor: Visitor, payload: bytes) -> list[Delivery]:
        try:
            said = wire.unpack(payload)
            about = wire.kind(said) if visitor.name else _first(said)
            return self._do(visitor, wire.read(about, said))
        except Malformed as error:
            return [Delivery(visitor.address, _refusal(error.code, error.text))]

    def _do(self, visitor: Visitor, request: Request) -> list[Delivery]:
        """What a request changes, and who is told. Raises Malformed."""
        match request:
            case Hello(name):
                return self._welcome(visitor, name)
            case Say(text):
                return self.say(visitor.name, text)
            case Bye():
                del self._visitors[visitor.address]
                return [Delivery(visitor.address, b"", ends=True), *self._leave(visitor)]
            case Nick(name):
                return self._rename(visitor, name)
            case Who():
                return _reply(visitor, "who", users=self.names())
            case History():
                return _reply(visitor, "history", messages=self._what_fits())
            case Help():
                return _reply(visitor, "help", text=HELP)

    def _welcome(self, visitor: Visitor, name: str) -> list[Delivery]:
        if visitor.name:
            raise Malformed(409, f"you are here already, as {visitor.name}")
        self._expect_free(name, visitor)
        if len(self._by_name) >= MAX_MEMBERS:
            raise Malformed(409, f"there are {MAX_MEMBERS:,} people here, and no room for more")
        visitor.name = name
        self._by_name[name.lower()] = visitor
        self._heard(name, "is here")
        welcome = frames.packed(type="welcome", name=name, users=self.names(), history=self._what_fits())
        news = self._to_all(frames.packed(type="joined", name=name), but=visitor)
        return [Delivery(visitor.address, welcome), *news]

    def _rename(self, visitor: Visitor, name: str) -> list[Delivery]:
        self._expect_free(name, visitor)
        old = visitor.name
        del self._by_name[old.lower()]
        visitor.name = name
        self._by_name[name.lower()] = visitor
        left, joined = frames.packed(type="left", name=old), frames.packed(type="joined", name=name)
        return [*_reply(visitor, "nick", name=name), *self._to_all(left + joined, but=visitor)]

    def _leave(self, visitor: Visitor) -> list[Delivery]:
        """Everybody is told that somebody is no longer there, if ever."""
        if not visitor.name:
            return []
        del self._by_name[visitor.name.lower()]
        self._heard(visitor.name, "has left")
        return self._to_all(frames.packed(type="left", name=visitor.name))

    def _expect_free(self, name: str, visitor: Visitor) -> None:
        if self._by_name.get(name.lower(), visitor) is not visitor:
            raise Malformed(409, f"the name {name} is taken")

    def _what_fits(self) -> list[dict]:
        """The history; without its oldest where all of it, written as JSON, were too long for a message."""
        room = LONGEST_MESSAGE - ROOM
        found: deque[dict] = deque()
        for said in reversed(self._history):
            room -= len(frames.as_json(said)) + 1
            if room < 0:
                break
            found.appendleft(said)
        return list(found)

    def _to_all(self, data: bytes, but: Visitor | None = None) -> list[Delivery]:
        return [Delivery(visitor.address, data) for visitor in self._by_name.values() if visitor is not but]


def _first(said: dict) -> type[Request]:
    """What somebody without a name may say. Raises Malformed."""
    if said.get("type") != "hello":
        raise Malformed(401, 'say hello first: {"type": "hello", "name": ...}')
    return Hello


def _refusal(code: int, text: str) -> bytes:
    """The answer to what cannot be done."""
    return frames.packed(type="error", code=code, text=text)


def _reply(visitor: Visitor, command: str, **answer: object) -> list[Delivery]:
    return [Delivery(visitor.address, frames.packed(type="reply", command=command, **answer))]
