"""What a client sends becomes lines, no faster than it may: lines that come faster wait, and nothing is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from grader.reference.irc.settings import BURST, MAX_CLIENT_TAGS
from grader.wire.irc import LONGEST, LONGEST_TAGS, lengths

TOO_LONG = b"\n"  # stands for a line that is; no line has a newline inside
ROOM = LONGEST - len(b"\r\n")


class Inbox:
    """The lines of one client, without their ends.

    rate      lines a second in the long run; 0: no limit
    waiting   bytes of lines that have not been taken yet
    """

    __slots__ = ("waiting", "_rate", "_allowance", "_counted_at", "_rest", "_lines", "_is_dropping")

    def __init__(self, rate: float, now: float):
        self.waiting = 0
        self._rate = rate
        self._allowance = rate * BURST
        self._counted_at = now
        self._rest = b""
        self._lines: deque[bytes] = deque()
        self._is_dropping = False  # the rest of a line of which is known that it is too long

    def feed(self, data: bytes) -> None:
        """Takes bytes, cut anywhere."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if lines and self._is_dropping:
            lines[0], self._is_dropping = b"", False
        if len(self._rest) > LONGEST + LONGEST_TAGS:
            self._rest = b""
            if not self._is_dropping:
                lines.append(TOO_LONG)
            self._is_dropping = True
        self._lines.extend(lines)
        self.waiting += len(data)

    def take(self, now: float) -> Iterator[bytes]:
        """The lines that are due; TOO_LONG for each that is too long. Empty ones are left out, and cost nothing."""
        while self._lines and self._may_take(now):
            line = self._lines.popleft().replace(b"\r", b"").replace(b"\0", b"")
            if line:
                self._allowance -= 1
                yield TOO_LONG if _is_too_long(line) else line
        self.waiting = sum(map(len, self._lines)) if self._lines else 0

    def _may_take(self, now: float) -> bool:
        if not self._rate or self._allowance >= 1:
            return True
        self._allowance += (now - self._counted_at) * self._rate
        self._allowance = min(self._allowance, self._rate * BURST)
        self._counted_at = now
        return self._allowance >= 1


def _is_too_long(line: bytes) -> bool:
    if len(line) <= ROOM:
        return False
    tags, rest = lengths(line)
    return tags > MAX_CLIENT_TAGS or rest > ROOM
