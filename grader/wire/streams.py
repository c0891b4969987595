"""What protocols over TCP have in common: bytes come in pieces of any size, and some go to several clients."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple


class Delivery(NamedTuple):
    """What a server sends to a client.

    ends   whether the connection ends after it
    """

    to: Hashable
    data: bytes
    ends: bool = False


class Lines:
    """Bytes in, lines out: each ends in a newline, which is taken off.

    longest   bytes of a line with its end; None: there is no limit
    """

    def __init__(self, longest: int | None = None):
        self._longest = longest
        self._rest = bytearray()
        self._is_dropping = False

    def feed(self, data: bytes) -> Iterator[bytes | None]:
        """The lines that are complete now; None once for each that is too long, as soon as that is known."""
        self._rest += data
        while (end := self._rest.find(b"\n")) >= 0:
            line = bytes(self._rest[:end])
            del self._rest[: end + 1]
            if self._is_dropping:
                self._is_dropping = False
            else:
                yield None if self._is_too_long(len(line) + 1) else line
        if self._is_dropping:
            self._rest.clear()
        elif self._is_too_long(len(self._rest) + 1):
            self._is_dropping = True
            self._rest.clear()
            yield None

    @property
    def rest(self) -> bytes:
        """The beginning of a line whose end has not come yet."""
        return bytes(self._rest)

    def _is_too_long(self, size: int) -> bool:
        return self._longest is not None and size > self._longest
