"""ZeroMQ on the wire: ZMTP 3.0 with the mechanism NULL (rfc.zeromq.org/spec/23), as far as one socket needs it."""

from __future__ import annotations

from collections.abc import Iterator

SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
GREETING_SIZE = 64
MORE, LONG, COMMAND = 1, 2, 4  # flags of a frame
LONGEST = 16 * 1024 * 1024  # bytes of a frame
MECHANISM = slice(12, 32)  # of the greeting


class NotZeroMq(Exception):
    """Bytes that no ZeroMQ socket sends; the text says which."""


def greeting(kind: str) -> bytes:
    """What a socket of this kind (DEALER, ROUTER) says when it is connected: all of the handshake."""
    ready = b"\x05READY" + _property(b"Socket-Type", kind.encode()) + _property(b"Identity", b"")
    opening = SIGNATURE + bytes([3, 0]) + b"NULL".ljust(20, b"\0") + b"\0" + bytes(31)
    return opening + _frame(ready, COMMAND)


def message(*parts: bytes) -> bytes:
    """A message of these parts."""
    *first, last = parts
    return b"".join(_frame(part, MORE) for part in first) + _frame(last, 0)


class Zmtp:
    """Bytes in, messages out, each a list of its parts; `owed` is what has to be answered to what came."""

    def __init__(self) -> None:
        self.owed = b""
        self.is_ready = False  # whether the handshake of the other side is complete: nobody may speak before that
        self._came = bytearray()
        self._is_greeted = False
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[list[bytes]]:
        """The messages that are complete now. Raises NotZeroMq."""
        self._came += data
        if not self._is_greeted and not self._greet():
            return
        while (found := self._cut()) is not None:
            flags, body = found
            if flags & COMMAND:
                self._obey(body)
                continue
            self._parts.append(body)
            if not flags & MORE:
                parts, self._parts = self._parts, []
                yield parts

    @property
    def is_between(self) -> bool:
        """Whether nothing of a message has come that is not complete."""
        return not self._came and not self._parts

    def _greet(self) -> bool:
        begun = bytes(self._came[:10])
        if begun[:1] != SIGNATURE[: len(begun[:1])] or (len(begun) == 10 and begun[9] != SIGNATURE[9]):
            raise NotZeroMq(f"ZeroMQ begins with {SIGNATURE!r}, not with {begun!r}")
        if len(self._came) < GREETING_SIZE:
            return False
        mechanism = bytes(self._came[MECHANISM]).rstrip(b"\0")
        if mechanism != b"NULL":
            raise NotZeroMq(f"the mechanism is {mechanism!r}, not b'NULL'")
        del self._came[:GREETING_SIZE]
        self._is_greeted = True
        return True

    def _cut(self) -> tuple[int, bytes] | None:
        """The flags and the body of the first frame, if all of it has come."""
        if not self._came:
            return None
        flags = self._came[0]
        start = 9 if flags & LONG else 2
        if len(self._came) < start:
            return None
        size = int.from_bytes(self._came[1:start], "big")
        if size > LONGEST:
            raise NotZeroMq(f"a frame of {size:,} bytes")
        if len(self._came) < start + size:
            return None
        body = bytes(self._came[start : start + size])
        del self._came[: start + size]
        return flags, body

    def _obey(self, body: bytes) -> None:
        """READY ends the handshake; PING is answered by PONG and its context; other commands need no answer."""
        self.is_ready |= body.startswith(b"\x05READY")
        if body.startswith(b"\x04PING"):
            self.owed += _frame(b"\x04PONG" + body[7:], COMMAND)


def _frame(body: bytes, flags: int) -> bytes:
    if len(body) > 255:
        return bytes([flags | LONG]) + len(body).to_bytes(8, "big") + body
    return bytes([flags, len(body)]) + body


def _property(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + len(value).to_bytes(4, "big") + value
