"""The datagrams of week 2: UTF-8 text in fields separated by one space, of which the last may contain spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST = 1200  # bytes of a datagram: what every network carries in one packet, with room for headers (RFC 9000, 14)
MOST = 2**31 - 1  # a number in a datagram has at most ten digits
NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
NOT_IN_A_LINE = ("Cc", "Zl", "Zp")  # categories of Unicode: control characters, ends of lines and paragraphs
TURNS = "\u202d\u202e"  # what comes after these is shown from right to left, or not, whatever it is
NUMBER = re.compile(r"[0-9]{1,10}")
FROM_SERVER = (b"WELCOME", b"OK", b"MSG", b"ERROR")  # never answered, so that two servers cannot keep each other busy


class Malformed(Exception):
    """A datagram that is none of the protocol: `code` and `text` are for the ERROR that answers it."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code, self.text = code, text


class Hello(NamedTuple):
    """A client wants to be known by this name."""

    name: str


class Say(NamedTuple):
    """A client says something: number 1, 2, 3 ... of its own."""

    number: int
    text: str


class Got(NamedTuple):
    """A client has printed the message of this id."""

    id: int


class Bye(NamedTuple):
    """A client leaves."""


Request = Hello | Say | Got | Bye


def read_request(datagram: bytes) -> Request | None:
    """What a client says; None for what only servers say. Raises Malformed."""
    if datagram.partition(b" ")[0] in FROM_SERVER:
        return None
    if len(datagram) > LONGEST:
        raise Malformed(413, f"{len(datagram):,} bytes are too long, {LONGEST:,} are allowed")
    try:
        text = datagram.decode()
    except UnicodeDecodeError:
        raise Malformed(400, "this is not UTF-8") from None
    verb, _, rest = text.partition(" ")
    if verb == "HELLO":
        return Hello(_name(rest))
    if verb == "SAY":
        number, _, said = rest.partition(" ")
        return Say(_number(number, "SAY number text"), _text(said))
    if verb == "GOT":
        return Got(_number(rest, "GOT id"))
    if text == "BYE":
        return Bye()
    raise Malformed(400, "a datagram begins with HELLO, SAY, GOT or BYE")


def welcome(name: str) -> bytes:
    """The answer to HELLO."""
    return f"WELCOME {name}".encode()


def ok(number: int) -> bytes:
    """The answer to SAY."""
    return f"OK {number}".encode()


def message(number: int, name: str, text: str) -> bytes:
    """What somebody else has said; raises Malformed if it does not fit into a datagram."""
    datagram = f"MSG {number} {name} {text}".encode()
    if len(datagram) > LONGEST:
        raise Malformed(413, f"as MSG this text is too long: {len(datagram):,} bytes, {LONGEST:,} are allowed")
    return datagram


def bye() -> bytes:
    """The answer to BYE."""
    return b"BYE"


def error(code: int, text: str) -> bytes:
    """The answer to what cannot be done."""
    return f"ERROR {code} {text}".encode()


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise Malformed(400, "a name has 1 to 20 of a-z A-Z 0-9 _ -")
    return text


def _number(text: str, form: str) -> int:
    if not NUMBER.fullmatch(text) or not 1 <= int(text) <= MOST:
        raise Malformed(400, f"write {form}, the number from 1 to {MOST}")
    return int(text)


def _text(text: str) -> str:
    """A text that is one line on every screen, and changes nothing else there."""
    if not text:
        raise Malformed(400, "write SAY number text, the text not empty")
    if any(_disturbs(character) for character in text):
        raise Malformed(400, "a text has no control characters, newlines among them")
    return text


def _disturbs(character: str) -> bool:
    return character != "\t" and (unicodedata.category(character) in NOT_IN_A_LINE or character in TURNS)
