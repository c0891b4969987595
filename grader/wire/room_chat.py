"""The requests of week 5, as a server reads them: lines `KEY: value`, of which the first says which one is the last.

What a server answers is written here, too; room_answers reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 64 * 1024  # bytes of a request
SHOWN = 40  # characters of what a client has sent, in an error
LINES = {b"HELO": 1, b"JOIN_CHATROOM": 4, b"CHAT": 4, b"LEAVE_CHATROOM": 3, b"DISCONNECT": 3, b"KILL_SERVICE": 1}
UNKNOWN, NO_ROOM, NOT_A_MEMBER, MALFORMED, TOO_LONG, NOT_HERE = range(1, 7)  # codes of errors


class Wrong(NamedTuple):
    """What is no request: the code and the text of the error that answers it.

    ends   whether nothing after it can be understood
    """

    code: int
    text: str
    ends: bool = False


class Helo(NamedTuple):
    """A client says hello."""

    text: str


class Join(NamedTuple):
    """A client joins a room, under this name."""

    room: str
    name: str


class Say(NamedTuple):
    """A client says something in a room."""

    ref: str
    join_id: str
    name: str
    text: str


class Leave(NamedTuple):
    """A client leaves a room."""

    ref: str
    join_id: str
    name: str


class Disconnect(NamedTuple):
    """A client leaves all rooms, and goes."""


class Kill(NamedTuple):
    """A client wants the service to end."""


Request = Helo | Join | Say | Leave | Disconnect | Kill


class Requests:
    """Bytes in, requests out, wherever the bytes were cut."""

    def __init__(self):
        self._rest = bytearray()  # of a line whose end has not come
        self._lines: list[bytes] = []  # of a request whose last line has not come
        self._size = 0  # bytes of these lines
        self._is_over = False

    def feed(self, data: bytes) -> Iterator[Request | Wrong]:
        """The requests that are complete now. A request that is too long is the last thing that comes."""
        *ended, rest = data.split(b"\n")
        for line in ended:
            line = bytes(self._rest) + line
            self._rest.clear()
            yield from self._add(line)
        if not self._is_over:
            self._rest += rest
            yield from self._look_at_size(len(self._rest))

    def _add(self, line: bytes) -> Iterator[Request | Wrong]:
        if self._is_over or not self._lines and not line.strip():
            return  # an empty line between two requests does no harm
        yield from self._look_at_size(len(line) + 1)
        if self._is_over:
            return
        self._lines.append(line.removesuffix(b"\r"))
        self._size += len(line) + 1
        if self._is_complete():
            lines, self._lines, self._size = self._lines, [], 0
            yield _read(lines)

    def _look_at_size(self, more: int) -> Iterator[Wrong]:
        if self._size + more > LONGEST:
            self._is_over = True
            self._lines, self._rest = [], bytearray()
            yield Wrong(TOO_LONG, f"a request has at most {LONGEST:,} bytes", ends=True)

    def _is_complete(self) -> bool:
        verb = _verb(self._lines[0])
        if verb == b"CHAT":  # a message has as many lines as it likes; the first empty one ends it
            return len(self._lines) > LINES[verb] and not self._lines[-1]
        return len(self._lines) == LINES.get(verb, 1)


def greeting(text: str, address: str, port: int, student_id: str) -> bytes:
    """The answer to HELO."""
    return f"HELO {text}\nIP:{address}\nPort:{port}\nStudentID:{student_id}\n".encode()


def joined(room: str, address: str, port: int, ref: int, join_id: int) -> bytes:
    """The answer to JOIN_CHATROOM."""
    place = f"SERVER_IP: {address}\nPORT: {port}\n"
    return f"JOINED_CHATROOM: {room}\n{place}ROOM_REF: {ref}\nJOIN_ID: {join_id}\n".encode()


def left(ref: int, join_id: int) -> bytes:
    """The answer to LEAVE_CHATROOM."""
    return f"LEFT_CHATROOM: {ref}\nJOIN_ID: {join_id}\n".encode()


def chat(ref: int, name: str, text: str) -> bytes:
    """What somebody has said, for the members of a room."""
    return f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n".encode()


def error(code: int, text: str) -> bytes:
    """The answer to what cannot be done."""
    return f"ERROR_CODE: {code}\nERROR_DESCRIPTION: {text}\n".encode()


def _verb(line: bytes) -> bytes:
    """What a request wants: the first word, as in `HELO text`, or the first key, as in `CHAT: 1`."""
    return line.replace(b":", b" ").strip().partition(b" ")[0].upper()


def _read(lines: list[bytes]) -> Request | Wrong:
    verb, (first, *more) = _verb(lines[0]), [line.decode("utf-8", "replace") for line in lines]
    match verb:
        case b"HELO":
            return Helo(first.strip()[len(verb) :].removeprefix(" "))
        case b"JOIN_CHATROOM":
            return _made(Join, [first, *more], "JOIN_CHATROOM", "CLIENT_NAME")
        case b"CHAT":
            said = _made(Say, [first, *more[:3]], "CHAT", "JOIN_ID", "CLIENT_NAME", "MESSAGE")
            is_said = isinstance(said, Say)  # only four lines are fields: the others are text, whatever they look like
            return said._replace(text="\n".join([said.text, *more[3:-1]])) if is_said else said
        case b"LEAVE_CHATROOM":
            return _made(Leave, [first, *more], "LEAVE_CHATROOM", "JOIN_ID", "CLIENT_NAME")
        case b"DISCONNECT":
            return Disconnect()
        case b"KILL_SERVICE":
            return Kill()
    return Wrong(UNKNOWN, f"there is no message {first[:SHOWN]}")


def _made(kind: type[Request], lines: list[str], *keys: str) -> Request | Wrong:
    """A request of this kind, with the values of these keys in their order."""
    fields = {}
    for line in lines:
        key, _, value = line.partition(":")  # at the first colon: a value may have more of them
        fields[key.strip().upper()] = value.strip()
    for key in keys:
        if key not in fields or not fields[key] and key != "MESSAGE":
            return Wrong(MALFORMED, f"{keys[0]} needs the line {key}: with a value")
    return kind(*(fields[key] for key in keys))
