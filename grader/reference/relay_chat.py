"""The chat server of week 6, without sockets or a clock: bytes in, bytes for several clients out."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from grader.wire import relay_chat as wire
from grader.wire.streams import Delivery, Lines

MOST = 1_000  # connections at once: what each costs is bounded, and so is what all of them cost


@dataclass(eq=False)
class Member:
    """A connection.

    name   once it has registered, and until it leaves
    """

    key: Hashable
    name: str = ""
    lines: Lines = field(default_factory=lambda: Lines(wire.LONGEST))


class RelayChat:
    """The conversation. `heard` is told, as (name, text), who came, what was said, and who left."""

    def __init__(self, heard: Callable[[str, str], None] = lambda name, text: None):
        self._heard = heard
        self._members: dict[Hashable, Member] = {}
        self._by_name: dict[str, Member] = {}

    def names(self) -> list[str]:
        """Who is there."""
        return sorted(self._by_name)

    def opens(self, client: Hashable) -> list[Delivery]:
        """Somebody connects."""
        if len(self._members) >= MOST:
            return [Delivery(client, b"", ends=True)]
        self._members[client] = Member(client)
        return []

    def receives(self, client: Hashable, data: bytes) -> list[Delivery]:
        """What is sent when these bytes have come, cut anywhere."""
        member = self._members.get(client)
        if member is None:  # it has left, and what it still says nobody wants to know
            return []
        own: list[Delivery] = []
        said = bytearray()  # one delivery for all that has come at once
        for line in member.lines.feed(data):
            own += self._registers(member, line) if not member.name else self._says(member, line, said)
            if client not in self._members:
                break
        return [*own, *self._relay(bytes(said), but=client)]

    def ends(self, client: Hashable) -> list[Delivery]:
        """Somebody's connection has ended."""
        if member := self._members.pop(client, None):
            self._free(member)
        return []

    def say(self, name: str, text: str) -> list[Delivery]:
        """What `name`, who need not be here, says to all others."""
        self._heard(name, text)
        there = self._by_name.get(name)
        return self._relay(wire.message(name, text), but=there.key if there else None)

    def closes(self) -> list[Delivery]:
        """The server ends: everybody who is registered is told."""
        members, self._members = list(self._members.values()), {}
        self._by_name.clear()
        return [Delivery(member.key, wire.goodbye() if member.name else b"", ends=True) for member in members]

    def _registers(self, member: Member, line: bytes | None) -> list[Delivery]:
        name = wire.read_registration(line) if line is not None else None
        if name is None or name in self._by_name:
            code = wire.MALFORMED if name is None else wire.TAKEN
            return self._let_go(member, wire.answer(code))
        member.name = name
        self._by_name[name] = member
        self._heard(name, "is here")
        return [Delivery(member.key, wire.answer(wire.REGISTERED))]

    def _says(self, member: Member, line: bytes | None, said: bytearray) -> list[Delivery]:
        if line is None or wire.is_disconnect(line, member.name):
            return self._let_go(member)
        said += line + b"\n"
        if line:
            self._heard(*wire.read_message(line, member.name))
        return []

    def _let_go(self, member: Member, last_words: bytes = b"") -> list[Delivery]:
        del self._members[member.key]
        self._free(member)
        return [Delivery(member.key, last_words, ends=True)]

    def _free(self, member: Member) -> None:
        if self._by_name.get(member.name) is member:
            del self._by_name[member.name]
            self._heard(member.name, "leaves")

    def _relay(self, data: bytes, but: Hashable) -> list[Delivery]:
        others = [member.key for member in self._by_name.values() if member.key != but]
        return [Delivery(key, data) for key in others] if data else []
