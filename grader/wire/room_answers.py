"""What a server of week 5 sends, as a client reads it; and the requests, as she writes them.

Nothing but the lines decides where an answer ends: `cut` takes its lines off what has come, `read` says what is in
them. Strict where the handout is: keys, their order, integers. Lenient where it is not: the case of keys, blanks around
values, empty lines between two answers, the last newline of a HELO or of an error.
"""

from __future__ import annotations

import re
from typing import NamedTuple

KEYS = {  # of the lines of each answer, by the key of the first
    "HELO": ("HELO", "IP", "Port", "StudentID"),
    "JOINED_CHATROOM": ("JOINED_CHATROOM", "SERVER_IP", "PORT", "ROOM_REF", "JOIN_ID"),
    "LEFT_CHATROOM": ("LEFT_CHATROOM", "JOIN_ID"),
    "CHAT": ("CHAT", "CLIENT_NAME", "MESSAGE"),
    "ERROR_CODE": ("ERROR_CODE", "ERROR_DESCRIPTION"),
}
MAY_LACK_ITS_END = ("HELO", "ERROR_CODE")  # many servers write no newline after their last line
MOST_LINES = max(map(len, KEYS.values()))
EMPTY_LINES = re.compile(rb"[\r\n]*")
END_OF_CHAT = re.compile(rb"\n\n|\n(?=chat:[^\n]*\nclient_name:)", re.IGNORECASE)
INTEGER = re.compile(r"[+-]?[0-9]{1,100}")  # of any size that somebody may have meant
KILL = b"KILL_SERVICE\n"


class Malformed(Exception):
    """An answer that is not as the handout says: what was expected, and what came."""

    def __init__(self, expected: str, came: str):
        super().__init__(f"expected {expected}, but {came}")
        self.expected, self.came = expected, came


class Greeting(NamedTuple):
    """The answer to HELO."""

    text: str
    address: str
    port: str
    student_id: str


class Joined(NamedTuple):
    """The answer to JOIN_CHATROOM."""

    room: str
    address: str
    port: str
    ref: int
    join_id: int


class Left(NamedTuple):
    """The answer to LEAVE_CHATROOM."""

    ref: int
    join_id: int


class Chat(NamedTuple):
    """A message in a room."""

    ref: int
    name: str
    text: str


class Refusal(NamedTuple):
    """An error; its code is shown, and nobody reads it."""

    code: str
    text: str


class Stray(NamedTuple):
    """A line with which no answer begins."""

    line: str


Answer = Greeting | Joined | Left | Chat | Refusal | Stray


def cut(came: bytearray, *, whole: bool = False, at_rest: bool = False) -> bytes | None:
    """Takes the lines of one answer off what has come; None when some of them are still to come. Empty lines before it
    are taken off, too, and stand at its beginning.

    whole     a CHAT goes on to its empty line, or to the next CHAT; else it ends with its line MESSAGE
    at_rest   nothing more comes for now: then the last line of a HELO or of an error needs no newline
    """
    lines = _first_lines(came, at_rest)
    form = _form(lines[0][0]) if lines else ()
    for number, key in enumerate(form):
        if number == len(lines):
            return None
        found, end = lines[number]
        if found != key.upper():
            is_next = found in KEYS  # it begins before this one has all its lines
            return _taken(came, lines[number - 1][1] if is_next else end)
    if not form:
        return None
    if whole and form[0] == "CHAT":
        found = END_OF_CHAT.search(came, end - 1)
        end = found.end() if found else 0
    return _taken(came, end) if end else None


def key_of(answer: bytes) -> str:
    """What its first line says that it is, in capitals."""
    return _key(answer.lstrip(b"\r\n").partition(b"\n")[0])


def read(answer: bytes) -> Answer:
    """What `cut` has taken; raises Malformed."""
    first, *more = answer.decode("utf-8", "replace").strip("\r\n").split("\n")
    kind = key_of(answer)
    if kind not in KEYS:
        return Stray(first.strip())
    start = first.strip()[len(kind) :] if kind == "HELO" else _value(first)
    values = [start.strip(), *_values(KEYS[kind], more)]
    match kind:
        case "HELO":
            _expect(values[1], "an address after `IP:`")
            return Greeting(*values)
        case "JOINED_CHATROOM":
            return Joined(*values[:3], _integer("ROOM_REF", values[3]), _integer("JOIN_ID", values[4]))
        case "LEFT_CHATROOM":
            return Left(_integer("LEFT_CHATROOM", values[0]), _integer("JOIN_ID", values[1]))
        case "CHAT":
            text = "\n".join([values[2], *(line.removesuffix("\r") for line in more[2:])])
            return Chat(_integer("CHAT", values[0]), values[1], text.strip())
    return Refusal(*values)


def hello(text: str) -> bytes:
    """A request for a greeting."""
    return f"HELO {text}\n".encode()


def join(room: str, name: str, address: str = "0", port: int = 0) -> bytes:
    """A request to be let into a room; over UDP, a client may say at which address she is."""
    return f"JOIN_CHATROOM: {room}\nCLIENT_IP: {address}\nPORT: {port}\nCLIENT_NAME: {name}\n".encode()


def say(ref: int, join_id: int, name: str, text: str) -> bytes:
    """A message for a room."""
    return f"CHAT: {ref}\nJOIN_ID: {join_id}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n".encode()


def leave(ref: int, join_id: int, name: str) -> bytes:
    """A request to be let out of a room."""
    return f"LEAVE_CHATROOM: {ref}\nJOIN_ID: {join_id}\nCLIENT_NAME: {name}\n".encode()


def disconnect(name: str) -> bytes:
    """A goodbye."""
    return f"DISCONNECT: 0\nPORT: 0\nCLIENT_NAME: {name}\n".encode()


def _first_lines(came: bytearray, at_rest: bool) -> list[tuple[str, int]]:
    """As many lines as an answer may have: the key of each, and where it ends."""
    lines, start = [], EMPTY_LINES.match(came).end()
    while len(lines) < MOST_LINES and (end := came.find(b"\n", start) + 1):
        lines.append((_key(came[start:end]), end))
        start = end
    form = lines[0][0] if lines else ""
    if at_rest and form in MAY_LACK_ITS_END and len(lines) == len(KEYS[form]) - 1 and start < len(came):
        lines.append((_key(came[start:]), len(came)))
    return lines


def _form(key: str) -> tuple[str, ...]:
    return KEYS.get(key, (key,))


def _key(line: bytes) -> str:
    """The key of a line, in capitals; HELO has no colon."""
    line = line.strip()
    word, _, _ = line.partition(b" ")
    key = word if word.upper() == b"HELO" else line.partition(b":")[0]
    return key.strip().upper().decode("utf-8", "replace")


def _taken(came: bytearray, end: int) -> bytes:
    taken = bytes(came[:end])
    del came[:end]
    return taken


def _value(line: str) -> str:
    return line.partition(":")[2].strip()


def _values(keys: tuple[str, ...], lines: list[str]) -> list[str]:
    """The values of the lines after the first one."""
    for number, key in enumerate(keys[1:]):
        wanted = f"the line `{key}:` as number {number + 2} of {keys[0]}"
        if number == len(lines):
            raise Malformed(wanted, "there is none")
        if _key(lines[number].encode()) != key.upper():
            raise Malformed(wanted, f"it is {lines[number].strip()!r}")
    return [_value(line) for line in lines[: len(keys) - 1]]


def _integer(key: str, value: str) -> int:
    if not INTEGER.fullmatch(value):
        raise Malformed(f"an integer after `{key}:`", f"it is {value!r}" if value else "there is nothing")
    return int(value)


def _expect(value: str, what: str) -> None:
    if not value:
        raise Malformed(what, "there is nothing")
