"""A bad network: it loses, repeats and reorders datagrams, always the same ones.

What becomes of a datagram depends on the seed, the flow (the number of the client), the direction, what stands in it,
and how often the same has come before; never on time or on what else is going on. So the first `SAY 3 hello` of a
client is lost in every run or in none, although acknowledgements come in between as the scheduler likes. (One of
a direction is held back at a time: the next that should be passes.)
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

MAX_KNOWN = 100_000  # datagrams of a direction that are told apart; then counting begins anew
EVERY = sys.maxsize  # times


class Fate(StrEnum):
    """What becomes of a datagram."""

    PASSED = "passed"
    LOST = "lost"
    REPEATED = "repeated"
    HELD = "held back"  # until the next one of its direction has passed


class Carried(NamedTuple):
    """What the link makes of one datagram: its fate, and what comes out at the other end now."""

    fate: Fate
    out: list[bytes]


Faults = Callable[[int, str, bytes, int], Fate]  # of flow, direction, datagram, and how often it has come before


def seeded(seed: int, *, loss: float = 0, repeat: float = 0, reorder: float = 0) -> Faults:
    """Faults by chance, in percent of the datagrams; the same seed gives the same ones."""
    bounds = ((loss, Fate.LOST), (loss + repeat, Fate.REPEATED), (loss + repeat + reorder, Fate.HELD))

    def fate(flow: int, direction: str, datagram: bytes, before: int) -> Fate:
        key = f"{seed} {flow} {direction} {before} ".encode() + datagram
        draw = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest()) / 2**64 * 100
        return next((fate for bound, fate in bounds if draw < bound), Fate.PASSED)

    return fate


def loses_first(times: int, beginning: str) -> Faults:
    """Loses the first few times each datagram from the client that begins like this, and nothing else."""

    def fate(flow: int, direction: str, datagram: bytes, before: int) -> Fate:
        is_meant = direction == ">" and datagram.startswith(beginning.encode()) and before < times
        return Fate.LOST if is_meant else Fate.PASSED

    return fate


def good(flow: int, direction: str, datagram: bytes, before: int) -> Fate:
    """The link that passes everything on."""
    return Fate.PASSED


class Direction:
    """One way through the link, `>` to the server or `<` to the client, of one flow."""

    def __init__(self, faults: Faults, flow: int, sign: str):
        self._faults = faults
        self._flow = flow
        self._sign = sign
        self._seen: Counter[int] = Counter()
        self._held: list[bytes] = []

    def carries(self, datagram: bytes) -> Carried:
        """Takes a datagram in."""
        if len(self._seen) >= MAX_KNOWN:
            self._seen.clear()
        same = hash(datagram)
        fate = self._faults(self._flow, self._sign, datagram, self._seen[same])
        self._seen[same] += 1
        if fate is Fate.LOST:
            return Carried(fate, [])
        if fate is Fate.HELD and not self._held:
            self._held.append(datagram)
            return Carried(fate, [])
        if fate is Fate.HELD:  # one at a time: this one is the next, behind which the other has waited
            fate = Fate.PASSED
        out = [datagram, datagram] if fate is Fate.REPEATED else [datagram]
        return Carried(fate, out + self.release())

    def release(self) -> list[bytes]:
        """Lets go of what is held back."""
        held, self._held = self._held, []
        return held
