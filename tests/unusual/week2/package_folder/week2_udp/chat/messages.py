"""Datagrams as values: an enum of verbs, and a dataclass."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Verb(enum.StrEnum):
    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name

    HELLO = enum.auto()
    WELCOME = enum.auto()
    SAY = enum.auto()
    OK = enum.auto()
    MSG = enum.auto()
    GOT = enum.auto()
    ERROR = enum.auto()
    BYE = enum.auto()


FIELDS = {Verb.WELCOME: 1, Verb.OK: 1, Verb.MSG: 3, Verb.ERROR: 2, Verb.BYE: 0}


@dataclass(frozen=True, slots=True)
class Message:
    verb: Verb
    fields: tuple[str, ...] = ()

    def __bytes__(self) -> bytes:
        return " ".join([self.verb, *self.fields]).encode(errors="replace")

    @classmethod
    def parse(cls, data: bytes) -> Message:
        """Raises ValueError for what makes no sense."""
        word, *rest = data.decode().split(" ", 1)
        verb = Verb(word)
        if verb not in FIELDS:
            raise ValueError("only a client says that")
        fields = rest[0].split(" ", FIELDS[verb] - 1) if rest and FIELDS[verb] else []
        if len(fields) != FIELDS[verb]:
            raise ValueError(f"{verb} wants {FIELDS[verb]} fields")
        if verb in (Verb.OK, Verb.MSG, Verb.ERROR):
            int(fields[0])
        return cls(verb, tuple(fields))
