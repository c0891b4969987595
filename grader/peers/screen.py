"""What stands on a screen, as far as checks look at it: lines of text, without colours and the moves of the cursor."""

from __future__ import annotations

import re

# ECMA-48: control sequences (5.4), strings such as the window's title (5.6, ended by BEL in practice), other escapes.
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ENDS = re.compile(r"\r*\n|\r")  # a terminal makes \r\n of \n; \r alone begins the line anew


def lines(shown: bytes | bytearray) -> list[str]:
    """The lines that were printed, the last one also if it has no end yet."""
    text = ESCAPES.sub("", shown.decode(errors="backslashreplace"))
    found = [CONTROLS.sub("", line) for line in ENDS.split(text)]
    return found if found[-1] else found[:-1]


def times(shown: bytes | bytearray, text: str) -> int:
    """In how many lines a text stands."""
    return sum(text in line for line in lines(shown))
