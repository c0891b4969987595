"""What is said in week 9: JSON objects, each in a message of frames (frames.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

LONGEST_TEXT = 4_000  # characters
NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
REMEMBERED = 50  # messages that a newcomer gets
COMMANDS = ("who", "history", "help", "nick")
QUARTER = timedelta(minutes=15)
NEWS = frozenset({"message", "joined", "left"})  # what a server says without being asked
Said = Mapping[str, object]  # an object, either way


class Malformed(Exception):
    """An object that is none of the protocol: `code` and `text` are for the error that answers it."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code, self.text = code, text


class Hello(NamedTuple):
    """A client wants to be known by this name."""

    name: str


class Say(NamedTuple):
    """A client says something to everybody."""

    text: str


class Bye(NamedTuple):
    """A client leaves."""


class Who(NamedTuple):
    """A client asks who is there."""


class History(NamedTuple):
    """A client asks what was said."""


class Help(NamedTuple):
    """A client asks what it can ask."""


class Nick(NamedTuple):
    """A client wants another name."""

    name: str


Request = Hello | Say | Bye | Who | History | Help | Nick
TYPES = {"hello": Hello, "say": Say, "bye": Bye}
ASKS = {"who": Who, "history": History, "help": Help, "nick": Nick}


def unpack(payload: bytes) -> dict:
    """The object of a message. Raises Malformed."""
    try:
        found = json.loads(payload.decode())
    except UnicodeDecodeError:
        raise Malformed(400, "a message is JSON in UTF-8, and this is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Malformed(400, "a message is JSON, and this is not") from None
    if not isinstance(found, dict):
        raise Malformed(400, "a message is a JSON object, in braces")
    return found


def kind(said: Said) -> type[Request]:
    """What a client's object is about. Raises Malformed."""
    name = said.get("type")
    if name == "command":
        command = said.get("command")
        if not isinstance(command, str):
            raise Malformed(400, '"command" is a string')
        if command not in ASKS:
            raise Malformed(404, f"the commands are {', '.join(COMMANDS)}")
        return ASKS[command]
    if not isinstance(name, str) or name not in TYPES:
        raise Malformed(400, f'"type" is one of {", ".join(TYPES)}, command')
    return TYPES[name]


def read(about: type[Request], said: Said) -> Request:
    """A client's request with its fields; keys that nobody knows are passed over. Raises Malformed."""
    if about in (Hello, Nick):
        name = said.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise Malformed(400, "a name has 1 to 20 letters, digits, _ and -")
        return about(name)
    if about is not Say:
        return about()
    text = said.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Malformed(400, '"text" is a string that is not blank')
    if len(text) > LONGEST_TEXT:
        raise Malformed(413, f"a text has at most {LONGEST_TEXT:,} characters")
    return Say(text)


def fault(said: Said) -> str:
    """What is wrong with what a server says, in words; nothing if it is as it should be."""
    name = said.get("type")
    if not isinstance(name, str) or name not in FORMS:
        return 'its "type" is none that a server says' if name else 'it has no "type"'
    return _misshapen(said, FORMS[name]) or (_fault_of_reply(said) if name == "reply" else "")


def fault_of_time(time: str, now: datetime, close: timedelta) -> str:
    """What is wrong with the time of a message that was said just now, in words."""
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return "it is no time of ISO 8601"
    if found.tzinfo is None:
        return 'it has neither "Z" nor "+00:00" at its end'
    if found.utcoffset():
        return "it is not in UTC"
    if abs(found - now) <= close:
        return ""
    hours = round((found - now) / QUARTER) / 4  # no two time zones differ by less
    return f"that is not now, but {hours:+g} hours: is it the local time?" if 0 < abs(hours) < 15 else "that is not now"


def now() -> str:
    """This moment as a message has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_messages(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) and not _misshapen(each, MESSAGE) for each in value)


MESSAGE: dict[str, Callable[[object], bool]] = {"id": _is_number, "name": _is_text, "text": _is_text, "time": _is_text}
FORMS: dict[str, dict[str, Callable[[object], bool]]] = {
    "welcome": {"name": _is_text, "users": _are_names, "history": _are_messages},
    "message": MESSAGE,
    "joined": {"name": _is_text},
    "left": {"name": _is_text},
    "reply": {"command": _is_text},
    "error": {"code": _is_number, "text": _is_text},
}
REPLIES = {"who": ("users", _are_names), "history": ("messages", _are_messages), "help": ("text", _is_text),
           "nick": ("name", _is_text)}  # fmt: skip
IS = {_is_number: "an integer", _is_text: "a string", _are_names: "a list of strings", _are_messages: "a list of "
      'objects, each with "id", "name", "text" and "time"'}  # fmt: skip


def _fault_of_reply(said: Said) -> str:
    asked = REPLIES.get(said["command"])
    return _misshapen(said, dict([asked])) if asked else ""


def _misshapen(said: Said, form: Mapping[str, Callable[[object], bool]]) -> str:
    for key, fits in form.items():
        if key not in said:
            return f'it has no "{key}"'
        if not fits(said[key]):
            return f'its "{key}" is not {IS[fits]}'
    return ""


def listed(names: Iterable[str]) -> list[str]:
    """Names in the order in which they are told."""
    return sorted(names)
