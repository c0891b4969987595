"""Week 5 over UDP: messages in datagrams, with a header by which both sides repair what the network breaks.

A message, a request or an answer, goes out in pieces: datagrams that begin with a line `SEQ: n/of`, each acknowledged
by `ACK: n`. Between two addresses there are two counts, one for each direction. Times are the caller's, in seconds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 1000  # bytes of a datagram, its header included
PIECE = 960  # bytes of a message in one of ours: 27 are enough for the longest header
REPEAT = 0.3  # seconds without an ACK after which a datagram is sent again
GIVE_UP = 10.0  # seconds without an ACK after which it is not
EARLY = 100  # datagrams that are kept although one before them is missing: a request of 64 KiB has 70
HEADER = re.compile(rb"[ \t]*SEQ[ \t]*:[ \t]*([0-9]{1,10})[ \t]*/[ \t]*([0-9]{1,10})[ \t]*\r?\n", re.IGNORECASE)
ACKNOWLEDGEMENT = re.compile(rb"\s*ACK\s*:\s*([0-9]{1,10})\s*", re.IGNORECASE)


class Malformed(Exception):
    """A datagram that is not as the handout says: what was expected, and what came; or nothing, where it shows that."""

    def __init__(self, expected: str, came: str):
        super().__init__(f"expected {expected}, but {came}")
        self.expected, self.came = expected, came


class Piece(NamedTuple):
    """Datagram `number` of its sender, and a piece of the message whose last datagram has the number `last`."""

    number: int
    last: int
    data: bytes

    @property
    def header(self) -> str:
        """Its first line, without the newline."""
        return f"SEQ: {self.number}/{self.last}"

    @property
    def datagram(self) -> bytes:
        """The same as bytes."""
        return f"{self.header}\n".encode() + self.data


class Ack(NamedTuple):
    """The other side has got its datagram of this number."""

    number: int

    @property
    def datagram(self) -> bytes:
        """The same as bytes."""
        return f"ACK: {self.number}\n".encode()


def read(datagram: bytes) -> Piece | Ack:
    """What a datagram says; raises Malformed."""
    if found := ACKNOWLEDGEMENT.fullmatch(datagram):
        return Ack(int(found[1]))
    if not (found := HEADER.match(datagram)):
        raise Malformed("datagrams that are `ACK: n`, or begin with a line `SEQ: n/of`", "")
    piece = Piece(int(found[1]), int(found[2]), datagram[found.end() :])
    if len(datagram) > LONGEST:
        raise Malformed(f"datagrams of at most {LONGEST:,} bytes", f"`{piece.header}` has {len(datagram):,}")
    if not 1 <= piece.number <= piece.last:
        raise Malformed("`SEQ: n/of`, where `of` is the n of the last datagram of the message", f"it is {piece.header}")
    return piece


class Incoming:
    """Pieces in, in any order; messages out, each once and in the order of their numbers."""

    def __init__(self):
        self.next = 1  # the number of what has to come first
        self._early: dict[int, Piece] = {}
        self._begun: list[Piece] = []

    @property
    def early(self) -> list[Piece]:
        """What cannot be used, for the one before it is missing."""
        return [self._early[number] for number in sorted(self._early)]

    def takes(self, piece: Piece) -> bool:
        """Whether this one is to be acknowledged: it is kept, or has been."""
        return piece.number < self.next + EARLY

    def add(self, piece: Piece) -> list[list[Piece]]:
        """The messages that are complete now, in their pieces; raises Malformed."""
        if self.next <= piece.number and self.takes(piece):
            self._early.setdefault(piece.number, piece)
        complete = []
        while following := self._early.pop(self.next, None):
            self.next += 1
            self._begun.append(following)
            if following.last != self._begun[0].last:
                first = self._begun[0].header
                raise Malformed(
                    f"the same `of` in all datagrams of a message, as in {first}", f"it is {following.header}"
                )
            if following.number == following.last:
                complete.append(self._begun)
                self._begun = []
        return complete


class Sent(NamedTuple):
    """A datagram on its way: when it was sent first, and when it is to be sent again."""

    datagram: bytes
    since: float
    due: float

    @property
    def is_given_up(self) -> bool:
        """Whether it is not sent any more."""
        return self.due >= self.since + GIVE_UP


class Outgoing:
    """Messages in, pieces out, and what of them has to be sent again."""

    def __init__(self):
        self.waiting: dict[int, Sent] = {}  # what is not acknowledged, by number
        self._count = 0

    def pieces(self, message: bytes, at_least: int = 1) -> list[Piece]:
        """Numbers the pieces of the next message: as many as it needs, all but the last of one size."""
        number = max(at_least, -(-len(message) // PIECE))
        size = -(-len(message) // number)
        first, last = self._count + 1, self._count + number
        self._count = last
        return [Piece(first + each, last, message[each * size : (each + 1) * size]) for each in range(number)]

    def sends(self, piece: Piece, now: float) -> bytes:
        """The datagram of a piece that is sent now; it is due again until it is acknowledged."""
        self.waiting[piece.number] = Sent(piece.datagram, now, now + REPEAT)
        return piece.datagram

    def acknowledged(self, ack: Ack) -> None:
        """This one need not be sent again."""
        self.waiting.pop(ack.number, None)

    def next_due(self) -> float | None:
        """When something is to be sent again; None when nothing is."""
        return min((sent.due for sent in self.waiting.values() if not sent.is_given_up), default=None)

    def due(self, now: float) -> list[bytes]:
        """What is to be sent again now."""
        again = {number: sent for number, sent in self.waiting.items() if sent.due <= now and not sent.is_given_up}
        self.waiting |= {number: sent._replace(due=now + REPEAT) for number, sent in again.items()}
        return [sent.datagram for sent in again.values()]
