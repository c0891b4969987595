"""How a transcript says things: bytes, exit statuses, numbers."""

from __future__ import annotations

import signal

LONG_TEXT = 90  # characters of a datagram
SHOWN = 48  # characters of a value: enough to recognise it, and one line of a terminal


def shown(data: bytes) -> str:
    """Bytes as Python writes them, cut to one line, with the full length where they are cut."""
    if len(repr(data)) <= SHOWN:
        return repr(data)
    cut = SHOWN
    while len(repr(data[:cut])) > SHOWN - 3:
        cut -= 1
    return f"{data[:cut]!r}... ({count(len(data), 'byte')})"


def datagram_text(data: bytes) -> str:
    """A datagram as text where it is one line of it; as Python writes bytes where something in it cannot be seen."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return shown(data)
    if not text.isprintable() or text != text.strip() or not text:
        return shown(data)
    return text if len(text) <= LONG_TEXT else f"{text[: LONG_TEXT - 10]}... ({count(len(data), 'byte')})"


def count(number: int, thing: str) -> str:
    """`1 byte`, `1,024 bytes`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def ended(status: int) -> str:
    """What an exit status says."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by the signal {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"


def difference(expected: bytes, came: bytes) -> str:
    """How `came` differs from `expected`, at its first wrong byte."""
    for place, (right, wrong) in enumerate(zip(expected, came, strict=False), start=1):
        if right != wrong:
            return f"byte {place} is {wrong:#04x} instead of {right:#04x}"
    return f"only {len(came):,} of {count(len(expected), 'byte')}"
