"""How long to wait for a program that says nothing."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable

from grader.clock import SLOWEST, FairClock

QUICK_START = 0.1  # seconds: `python -c pass` takes a tenth of this on an idle machine of 2020
LATEST = 25.0  # seconds on the wall: a server that should answer at once may answer after a poll, which takes 30
TURN = 0.25  # seconds that one waits at a time: a fair clock has to be looked at


class Deadline:
    """So many seconds from now by some clock, and at most so many by the one on the wall."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic, at_most: float = math.inf):
        self._clock = clock
        self._end = clock() + seconds
        self._last = time.monotonic() + at_most

    @property
    def left(self) -> float:
        """Seconds, at least 0."""
        return max(0.0, min(self._end - self._clock(), self._last - time.monotonic()))

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return self.left == 0

    @property
    def is_cut(self) -> bool:
        """Whether it has passed on the wall, and not by its own clock."""
        return time.monotonic() >= self._last and self._clock() < self._end

    @property
    def turn(self) -> float:
        """Seconds on the wall until one has to look again; never 0, so that what is there already is seen."""
        return min(max(self.left, 0.001), TURN)

    def or_sooner(self, seconds: float) -> Deadline:
        """This one, or so many seconds from now if that is sooner."""
        return Deadline(min(self.left, seconds), self._clock, self._last - time.monotonic())


class Patience:
    """Generous deadlines, and shorter ones once a program has let one pass: silence is paid for once, not per check.

    answer   seconds to wait for what a program owes
    silent   seconds to wait once `answer` has passed in vain
    clock    by which deadlines pass: one that the other programs of this machine cannot hurry

    is_tried   whether a deadline has passed in vain
    in_doubt   whether one has only on the wall: so busy a machine may be what was too slow, not the program
    """

    def __init__(self, answer: float, silent: float, clock: Callable[[], float] | None = None):
        self.answer, self.silent = answer, silent
        self.is_tried = False
        self.in_doubt = False
        self._clock = clock or FairClock()

    def within(self, seconds: float) -> Deadline:
        """So many seconds from now, as programs have them."""
        return Deadline(seconds, self._clock)

    def for_start(self) -> Deadline:
        """How long a program may take to start; it is never shortened."""
        return self.within(self.answer)

    def for_answer(self) -> Deadline:
        """How long a program that runs may take to answer."""
        return Deadline(self.silent if self.is_tried else self.answer, self._clock, LATEST)

    def for_end(self) -> Deadline:
        """How long a program that runs may take to end; it is never shortened, for it may say goodbye first."""
        return Deadline(self.answer, self._clock, LATEST)

    def on_the_wall(self, seconds: float) -> Deadline:
        """So many seconds, for what can be told from something else only by the time on the wall."""
        return Deadline(seconds, self._clock, seconds)

    def ran_out(self, deadline: Deadline) -> None:
        """Says that this passed in vain."""
        self.is_tried = True
        self.was_late(deadline)

    def was_late(self, deadline: Deadline) -> None:
        """Says that something has come only after this."""
        self.in_doubt |= deadline.is_cut

    def anew(self) -> Patience:
        """The same patience for another program."""
        return Patience(self.answer, self.silent, self._clock)


def measured(answer: float, silent: float, clock: Callable[[], float] | None = None) -> Patience:
    """Patience in proportion to how slow this machine is at starting a program."""
    clock = clock or FairClock()
    began = clock()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True, stdin=subprocess.DEVNULL)
    factor = min(SLOWEST, max(1.0, (clock() - began) / QUICK_START))
    return Patience(answer * factor, silent * factor, clock)
