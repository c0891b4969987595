"""What stands on a screen, as far as checks look at it: lines of text, without colours and the moves of the cursor."""

from __future__ import annotations

import re
from functools import lru_cache

from grader.sandbox.program import NO_TEXT

# ECMA-48: control sequences (5.4), strings such as the window's title (5.6, ended by BEL in practice), other escapes;
# of each, what has come so far. No byte is looked at twice (`++`, `*+`): a screen may be full of beginnings.
ESCAPES = re.compile(rb"\x1b++(?:\[[0-?]*+[ -/]*+[@-~]?|[\]PX^_][^\x07\x1b]*+(?:\x07|\x1b\\)?|[ -/]*+[0-~]?)")
CONTROLS = bytes([*range(0x09), *range(0x0B, 0x20), 0x7F])
CLEAR = re.compile(rb"\x1b(?:\[[23]J|\[H\x1b\[0?J|c)")  # of the whole screen: what it has shown is gone
ENDS = re.compile(rb"\r++\n?")  # a terminal makes \r\n of \n; \r alone begins the line anew


def lines(shown: bytes | bytearray) -> list[str]:
    """The lines that were printed, the last one also if it has no end yet."""
    return [*_lines(bytes(shown))]


@lru_cache(maxsize=16)  # a check looks for one text after the other on the same screen, up to 250
def _lines(shown: bytes) -> list[str]:
    seen = CLEAR.split(shown)[-1]
    plain = ENDS.sub(b"\n", ESCAPES.sub(b"", seen).replace(b"\r\n", b"\n")).translate(None, CONTROLS)
    text = plain.decode("utf-8", "surrogateescape")
    found = (text if text.isascii() else text.translate(NO_TEXT)).split("\n")
    return found if found[-1] else found[:-1]


def times(shown: bytes | bytearray, text: str) -> int:
    """In how many lines a text stands."""
    return sum(text in line for line in lines(shown))
