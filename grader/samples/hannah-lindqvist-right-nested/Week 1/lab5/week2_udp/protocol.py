"""The datagrams of the chat: what can be understood without a socket."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DATAGRAM = 1200
NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")


@dataclass(frozen=True)
class Message:
    """Something that somebody else has said."""

    id: int
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


@dataclass(frozen=True)
class Answer:
    """WELCOME, OK or BYE, as it came."""

    text: str


@dataclass(frozen=True)
class Refusal:
    """ERROR with its code."""

    code: int
    text: str


def parse(datagram: bytes) -> Message | Answer | Refusal | None:
    """Return what a datagram of the server means, or None if it means nothing."""
    try:
        text = datagram.decode()
    except UnicodeDecodeError:
        return None
    verb, _, rest = text.partition(" ")
    if verb == "MSG" and (found := re.fullmatch(r"([0-9]+) ([^ ]+) (.*)", rest, re.DOTALL)):
        return Message(int(found[1]), found[2], found[3])
    if verb == "ERROR" and (found := re.fullmatch(r"([0-9]+) (.*)", rest, re.DOTALL)):
        return Refusal(int(found[1]), found[2])
    if verb in ("WELCOME", "OK", "BYE"):
        return Answer(text)
    return None
