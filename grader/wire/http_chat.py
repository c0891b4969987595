"""The JSON of weeks 3 and 4: what a request may carry, and what an answer looks like. No sockets, no HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

LONGEST_TEXT = 1_000  # characters
LONGEST_NAME = 100  # characters
LARGEST_BODY = 16 * 1024  # bytes
LONGEST_WAIT = 30  # seconds
SHORTEST_STUDENT_ID, LONGEST_STUDENT_ID = 4, 16  # letters and digits
STUDENT_ID = f"[A-Za-z0-9]{{{SHORTEST_STUDENT_ID},{LONGEST_STUDENT_ID}}}"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128  # characters
AT_ONCE = 100  # messages in an answer
LARGEST_ID = 2**63 - 1  # what every language can hold


class Wrong(Exception):
    """A request that cannot be met: `status`, `sentence` and `headers` are the answer."""

    def __init__(self, status: int, sentence: str, *headers: tuple[str, str]):
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers


class Request(NamedTuple):
    """A request whose body has come in full. Names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""


class Answer(NamedTuple):
    """An answer; its body is JSON, unless there is none."""

    status: int
    content: object = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> bytes:
        """The content as it is sent."""
        return b"" if self.content is None else as_json(self.content)


class Wait(NamedTuple):
    """No answer yet: ask again when somebody has posted, or after so many seconds, with `may_wait` False."""

    seconds: float


def read_object(content_type: str, body: bytes) -> dict:
    """The JSON object of a body; raises Wrong."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Wrong(415, "send JSON, with Content-Type: application/json")
    if len(body) > LARGEST_BODY:
        raise Wrong(413, f"a body has at most {LARGEST_BODY:,} bytes")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise Wrong(400, "this is not JSON") from None
    if not isinstance(found, dict):
        raise Wrong(400, "send a JSON object")
    return found


def read_name(fields: Mapping[str, object]) -> str:
    """The name that others see; raises Wrong."""
    name = read_text(fields, "name")
    if len(name) > LONGEST_NAME:
        raise Wrong(400, f"a name has at most {LONGEST_NAME} characters")
    return name


def read_message(fields: Mapping[str, object]) -> str:
    """The text of a message; raises Wrong."""
    text = read_text(fields, "text")
    if len(text) > LONGEST_TEXT:
        raise Wrong(413, f"a text has at most {LONGEST_TEXT:,} characters")
    return text


def read_student_id(fields: Mapping[str, object]) -> str:
    """A student id of a form that is allowed; raises Wrong."""
    student_id = read_text(fields, "student_id")
    if not re.fullmatch(STUDENT_ID, student_id):
        raise Wrong(400, f"a student id has {SHORTEST_STUDENT_ID} to {LONGEST_STUDENT_ID} letters and digits")
    return student_id


def read_password(fields: Mapping[str, object]) -> str:
    """A password of a length that is allowed; raises Wrong."""
    password = read_text(fields, "password")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Wrong(400, f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return password


def read_text(fields: Mapping[str, object], name: str) -> str:
    """A field that is a text, not empty, and UTF-8; raises Wrong."""
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Wrong(400, f"{name} is a text, and not empty")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can write it, UTF-8 cannot
        raise Wrong(400, f"{name} has half a character in it") from None
    return value


def read_number(query: Mapping[str, str], name: str, largest: int) -> int:
    """A number of the query string, at most the largest; 0 if it is not there. Raises Wrong."""
    text = query.get(name, "0")
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST_ID)):
        raise Wrong(400, f"{name} is a whole number, as in ?{name}=20")
    return min(int(text), largest)


def as_json(value: object) -> bytes:
    """A value as the body of an answer."""
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")
