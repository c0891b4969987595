"""The chat server of week 7.

LineChat is the server without sockets or a clock: bytes of a client in, bytes for clients out. Whatever comes in, a
client costs a bounded amount of memory. What waits for a client that does not read is counted by whoever has sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from grader.wire import line_chat as wire
from grader.wire.line_chat import (
    LONGEST,
    All,
    Command,
    Create,
    Join,
    Login,
    Logout,
    Malformed,
    Part,
    Ping,
    Room,
    Rooms,
    Tell,
    Who,
)
from grader.wire.streams import Delivery, Lines

MAX_MEMBERS = 1_000
MAX_ROOMS = 20  # that one client is in

Address = Hashable  # of a client: whatever tells one from another
Found = TypeVar("Found")


@dataclass(eq=False)
class Visitor:
    """A client that is connected; without a name until it has logged in."""

    address: Address
    name: str = ""
    lines: Lines = field(default_factory=lambda: Lines(LONGEST))
    rooms: set[str] = field(default_factory=set)


class LineChat:
    """The conversation. `heard` is told, as (name, text), who came, what was said to all, and who left."""

    def __init__(self, heard: Callable[[str, str], None] = lambda name, text: None):
        self._heard = heard
        self._visitors: dict[Address, Visitor] = {}
        self._by_name: dict[str, Visitor] = {}
        self._rooms: dict[str, dict[str, Visitor]] = {}  # who is in it, by name; no room is empty

    def names(self) -> list[str]:
        """Who is there."""
        return sorted(self._by_name)

    def opens(self, client: Address) -> list[Delivery]:
        """Somebody connects."""
        self._visitors[client] = Visitor(client)
        return []

    def receives(self, client: Address, data: bytes) -> list[Delivery]:
        """What is sent, and to whom, when these bytes have come from a client."""
        deliveries: list[Delivery] = []
        if visitor := self._visitors.get(client):
            for line in visitor.lines.feed(data):
                deliveries += self._answer(visitor, line)
                if client not in self._visitors:  # it has logged out: what follows counts no more
                    break
        return deliveries

    def ends(self, client: Address) -> list[Delivery]:
        """Somebody's connection has ended: what the others are sent."""
        visitor = self._visitors.pop(client, None)
        return self._leave(visitor) if visitor else []

    def say(self, name: str, text: str) -> list[Delivery]:
        """Sends what `name`, who need not be a client, says to all others."""
        self._heard(name, text)
        return self._to(self._by_name.values(), wire.line("ALL", name, text), but=self._by_name.get(name))

    def _answer(self, visitor: Visitor, line: bytes | None) -> list[Delivery]:
        if line is not None and wire.is_empty(line):
            return []
        try:
            if line is None:
                raise Malformed(413, f"a line has at most {LONGEST} bytes with its end; this one is dropped")
            kind, fields = wire.split(line)
            if not visitor.name and kind not in (Login, Ping):
                raise Malformed(401, "log in first: LOGIN name")
            return self._do(visitor, wire.read(kind, fields))
        except Malformed as error:
            return [Delivery(visitor.address, wire.refusal(error.code, error.text))]

    def _do(self, visitor: Visitor, command: Command) -> list[Delivery]:
        """What a command changes, and who is told; the sender first. Raises Malformed."""
        match command:
            case Login(name):
                return self._login(visitor, name)
            case Logout():
                del self._visitors[visitor.address]
                return [Delivery(visitor.address, wire.line("OK LOGOUT"), ends=True), *self._leave(visitor)]
            case Tell(name, text):
                receiver = _find(self._by_name, name)
                told = Delivery(receiver.address, wire.line("FROM", visitor.name, text))
                return [*_to_sender(visitor, wire.line("OK TELL")), told]
            case All(text):
                return [*_to_sender(visitor, wire.line("OK ALL")), *self.say(visitor.name, text)]
            case Who():
                return _to_sender(visitor, wire.listed("USERS", names=self._by_name))
            case Rooms():
                return _to_sender(visitor, wire.listed("ROOMS", names=self._rooms))
            case Ping(text):
                return _to_sender(visitor, wire.line("PONG", text))
            case Create(room) | Join(room) | Part(room) | Room(room):
                return self._in_room(visitor, room, command)

    def _in_room(self, visitor: Visitor, room: str, command: Command) -> list[Delivery]:
        match command:
            case Create():
                return self._create(visitor, room)
            case Join():
                return self._join(visitor, room)
            case Part():
                self._expect_member(visitor, room)
                return [*_to_sender(visitor, wire.line("OK PART", room)), *self._part(visitor, room)]
            case Room(_, text):
                self._expect_member(visitor, room)
                said = wire.line("ROOM", room, visitor.name, text)
                return [
                    *_to_sender(visitor, wire.line("OK ROOM")),
                    *self._to(self._rooms[room].values(), said, but=visitor),
                ]

    def _login(self, visitor: Visitor, name: str) -> list[Delivery]:
        if visitor.name:
            raise Malformed(409, f"you are logged in already, as {visitor.name}")
        if name in self._by_name:
            raise Malformed(409, f"the name {name} is taken")
        if len(self._by_name) >= MAX_MEMBERS:
            raise Malformed(503, f"there are {MAX_MEMBERS:,} people here, and no room for more")
        visitor.name = name
        self._by_name[name] = visitor
        self._heard(name, "is here")
        answer = wire.line("OK LOGIN", name) + wire.listed("USERS", names=self._by_name)
        news = self._to(self._by_name.values(), wire.line("+", name), but=visitor)
        return [*_to_sender(visitor, answer), *news]

    def _create(self, visitor: Visitor, room: str) -> list[Delivery]:
        if room in self._rooms:
            raise Malformed(409, f"there is a room {room} already")
        self._expect_room_for(visitor)
        self._rooms[room] = {visitor.name: visitor}
        visitor.rooms.add(room)
        return _to_sender(visitor, wire.line("OK CREATE", room))

    def _join(self, visitor: Visitor, room: str) -> list[Delivery]:
        members = _find(self._rooms, room)
        if visitor.name in members:
            raise Malformed(409, f"you are in {room} already")
        self._expect_room_for(visitor)
        members[visitor.name] = visitor
        visitor.rooms.add(room)
        there = wire.listed("MEMBERS", room, names=members)
        answer = _to_sender(visitor, wire.line("OK JOIN", room) + there)
        return [*answer, *self._to(members.values(), wire.line("JOINED", room, visitor.name), but=visitor)]

    def _part(self, visitor: Visitor, room: str) -> list[Delivery]:
        members = self._rooms[room]
        del members[visitor.name]
        visitor.rooms.discard(room)
        if not members:
            del self._rooms[room]
        return self._to(members.values(), wire.line("PARTED", room, visitor.name))

    def _leave(self, visitor: Visitor) -> list[Delivery]:
        """Everybody is told that somebody is no longer there, if ever."""
        if not visitor.name:
            return []
        del self._by_name[visitor.name]
        self._heard(visitor.name, "leaves")
        parted = [delivery for room in sorted(visitor.rooms) for delivery in self._part(visitor, room)]
        return parted + self._to(self._by_name.values(), wire.line("-", visitor.name))

    def _expect_member(self, visitor: Visitor, room: str) -> None:
        if visitor.name not in _find(self._rooms, room):
            raise Malformed(403, f"you are not in {room}")

    def _expect_room_for(self, visitor: Visitor) -> None:
        """Nobody can fill the memory with rooms."""
        if len(visitor.rooms) >= MAX_ROOMS:
            raise Malformed(403, f"you are in {MAX_ROOMS} rooms: leave one first")

    def _to(self, visitors: Iterable[Visitor], data: bytes, but: Visitor | None = None) -> list[Delivery]:
        return [Delivery(visitor.address, data) for visitor in visitors if visitor is not but]


def _to_sender(visitor: Visitor, data: bytes) -> list[Delivery]:
    return [Delivery(visitor.address, data)]


def _find(there: dict[str, Found], name: str) -> Found:
    if name not in there:
        raise Malformed(404, f"there is no {name} here")
    return there[name]
