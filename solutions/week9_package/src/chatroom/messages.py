"""The objects inside the frames, and what can be wrong with them. No input and output here."""

import json
import re
from collections.abc import Iterable

NAME = re.compile("[A-Za-z0-9_-]{1,20}")
LONGEST_TEXT = 4_000  # characters
SURROGATES = re.compile("[\ud800-\udfff]")  # JSON can spell half a character, "\ud800", and UTF-8 cannot

# A dict as it is in JSON. From outside it may hold anything: look at each value before you use it.
Message = dict[str, object]


class Refused(Exception):
    """A message that is not obeyed; it is made with a code, and a sentence for its sender."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def encode(message: Message) -> bytes:
    """A message as JSON. ensure_ascii would make 12 bytes of an emoji that UTF-8 writes with 4."""
    return json.dumps(message, ensure_ascii=False).encode(errors="replace")


def decode(payload: bytes) -> Message:
    """The object in a payload; raises Refused if there is none."""
    try:
        # First text, then JSON: json.loads takes bytes too, but guesses whether they are UTF-16.
        message = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError):  # not UTF-8, no JSON; "[[[[[..." a hundred thousand deep
        raise Refused(400, "this is no JSON in UTF-8") from None
    if not isinstance(message, dict):
        raise Refused(400, "this is JSON, but no object")
    return message


def checked_name(value: object) -> str:
    """A name that one may have; raises Refused."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise Refused(400, "a name has 1 to 20 of the characters A-Z a-z 0-9 _ -")
    return value


def checked_text(value: object) -> str:
    """A text that one may say; raises Refused."""
    if not isinstance(value, str) or SURROGATES.search(value):
        raise Refused(400, '"text" must be a string of whole characters')
    if not value.strip():
        raise Refused(400, "there is nothing in this text")
    if len(value) > LONGEST_TEXT:
        raise Refused(413, f"a text has at most {LONGEST_TEXT:,} characters, not {len(value):,}")
    return value


def error(code: int, sentence: str) -> Message:
    return {"type": "error", "code": code, "text": sentence}


def reply(command: str, **fields: object) -> Message:
    return {"type": "reply", "command": command, **fields}


def newest_that_fit(history: Iterable[Message], room: int) -> list[Message]:
    """As many of the last messages as have room in so many bytes: control characters are 6 bytes each in JSON."""
    fitting: list[Message] = []
    for message in reversed(list(history)):
        room -= len(encode(message)) + len(", ")
        if room < 0:
            break
        fitting.append(message)
    return fitting[::-1]
