"""A clock for deadlines, which goes slower while more programs want a processor than there are.

By the clock on the wall, a program would fail for what others do: where thirty want two processors, ten seconds are
less than one for each. A busy machine loses nothing by it: while the clock goes slowly, the processors are in use.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SLOWEST = 6.0  # times slower than on the wall at most: programs that fight for processors themselves must end, too
OFTEN = 0.02  # seconds between two looks at the machine
STALL = 1.0  # seconds: whoever waits looks more often, so that in a longer time the machine itself has stood still
STATISTICS = Path("/proc/stat")
WANTING = re.compile(rb"procs_(?:running|blocked) (\d+)")  # proc_stat(5): who runs or could, and who waits for a disk


class FairClock:
    """Seconds, as a program has them that shares the processors fairly; for all threads."""

    def __init__(self, wall: Callable[[], float] = time.monotonic, crowd: Callable[[], float] | None = None):
        """crowd: how many programs there are for each processor."""
        self._wall = wall
        self._crowd = crowd or crowd_here
        self._lock = threading.Lock()
        self._looked_at = wall()
        self._seconds = 0.0

    def __call__(self) -> float:
        """The time."""
        with self._lock:
            gone = self._wall() - self._looked_at
            if gone >= OFTEN:
                self._seconds += min(gone, STALL) / min(SLOWEST, max(1.0, self._crowd()))
                self._looked_at += gone
            return self._seconds


def crowd_here() -> float:
    """How many programs, besides who asks, there are just now for each processor of this machine."""
    processors = os.cpu_count() or 1
    with suppress(OSError):
        return (sum(map(int, WANTING.findall(STATISTICS.read_bytes()))) - 1) / processors
    with suppress(OSError, AttributeError):  # macOS knows the last minute; Windows does not
        return os.getloadavg()[0] / processors
    return 1.0
