"""The lines of week 7: a word, and fields separated by one space, of which the last may contain spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

LONGEST = 512  # bytes of a client's line with its end
NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
ERROR = re.compile(rb"ERR ([0-9]{3})(?: (.*))?", re.DOTALL)
# What a server says without being asked, or after another answer: which one comes first is not always known.
NOTICES = frozenset({b"+", b"-", b"USERS", b"MEMBERS", b"JOINED", b"PARTED"})


class Malformed(Exception):
    """A line that is none of the protocol: `code` and `text` are for the ERR that answers it."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code, self.text = code, text


class Login(NamedTuple):
    """A client wants to be known by this name."""

    name: str


class Logout(NamedTuple):
    """A client leaves."""


class Tell(NamedTuple):
    """A client says something to one other."""

    name: str
    text: str


class All(NamedTuple):
    """A client says something to everybody."""

    text: str


class Who(NamedTuple):
    """A client asks who is there."""


class Create(NamedTuple):
    """A client makes a room, and is in it."""

    room: str


class Join(NamedTuple):
    """A client enters a room."""

    room: str


class Part(NamedTuple):
    """A client leaves a room."""

    room: str


class Room(NamedTuple):
    """A client says something to those in a room."""

    room: str
    text: str


class Rooms(NamedTuple):
    """A client asks which rooms there are."""


class Ping(NamedTuple):
    """A client asks whether the server is still there."""

    text: str


Command = Login | Logout | Tell | All | Who | Create | Join | Part | Room | Rooms | Ping
COMMANDS = {kind.__name__.upper(): kind for kind in Command.__args__}


def is_empty(line: bytes) -> bool:
    """Whether there is nothing in a line, which no server answers."""
    return line in (b"", b"\r")


def split(line: bytes) -> tuple[type[Command], str]:
    """The kind of a command, and its fields as they came. Raises Malformed."""
    try:
        text = line.removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise Malformed(400, "this is not UTF-8") from None
    if "\0" in text:
        raise Malformed(400, "a line has no NUL byte")
    word, _, fields = text.partition(" ")
    kind = COMMANDS.get(word.upper()) if word.isascii() else None
    if kind is None:
        raise Malformed(405, f"the commands are {', '.join(COMMANDS)}")
    return kind, text[len(word) :]


def read(kind: type[Command], fields: str) -> Command:
    """A command with its fields, which begin with a space each. Raises Malformed."""
    names = kind._fields
    found = fields.split(" ", len(names) or 1)[1:]
    if len(found) != len(names) or not all(map(_fits, names, found)):
        raise Malformed(400, f"write {_form(kind)}")
    return kind(*found)


def line(*words: str) -> bytes:
    """A line of the server."""
    return f"{' '.join(words)}\n".encode()


def listed(*words: str, names: Iterable[str]) -> bytes:
    """A line of the server that ends in names, sorted by their bytes."""
    return line(*words, *sorted(names))


def refusal(code: int, text: str) -> bytes:
    """The answer to what cannot be done."""
    return line("ERR", str(code), text)


def word(line: bytes) -> bytes:
    """What a line begins with."""
    return line.partition(b" ")[0]


def error_code(line: bytes) -> int | None:
    """The code of an ERR line; None for any other line."""
    found = ERROR.fullmatch(line)
    return int(found[1]) if found else None


def sentence(line: bytes) -> bytes:
    """What an ERR line says besides its code; nothing for any other line."""
    found = ERROR.fullmatch(line)
    return (found[2] or b"").strip() if found else b""


def as_written(line: bytes) -> bytes:
    """What a client's line says, without what is its own choice: the case of its word, and `\\r` at its end."""
    first, space, rest = line.removesuffix(b"\r").partition(b" ")
    return first.upper() + space + rest


def _is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


def _is_room(text: str) -> bool:
    return text.startswith("#") and _is_name(text[1:])


FORMS: dict[str, Callable[[str], bool]] = {"name": _is_name, "room": _is_room, "text": bool}


def _fits(field: str, value: str) -> bool:
    return FORMS[field](value)


def _form(kind: type[Command]) -> str:
    """How a command is written: `TELL name text`."""
    fields = ["#room" if field == "room" else field for field in kind._fields]
    rule = "; a name has 1 to 20 letters, digits, _ and -" if {"name", "room"} & set(kind._fields) else ""
    return " ".join([kind.__name__.upper(), *fields]) + rule
