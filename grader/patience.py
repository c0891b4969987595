"""How long to wait for a program that says nothing."""

from __future__ import annotations

import subprocess
import sys
import time

QUICK_START = 0.1  # seconds: `python -c pass` takes a tenth of this on an idle machine of 2020
SLOWEST = 6.0  # a machine slower than this factor is stuck, not slow


class Patience:
    """Generous deadlines, and shorter ones once a program has let one pass: silence is paid for once, not per check.

    answer   seconds to wait for what a program owes
    silent   seconds to wait once `answer` has passed in vain
    """

    def __init__(self, answer: float, silent: float):
        self.answer, self.silent = answer, silent
        self.is_tried = False

    def for_start(self) -> float:
        """The moment (time.monotonic) until which a program may take to start; it is never shortened."""
        return time.monotonic() + self.answer

    def for_answer(self) -> float:
        """The moment until which a program may take to answer."""
        return time.monotonic() + (self.silent if self.is_tried else self.answer)

    def ran_out(self) -> None:
        """Says that a deadline passed in vain."""
        self.is_tried = True

    def anew(self) -> Patience:
        """The same patience for another program."""
        return Patience(self.answer, self.silent)


def left(deadline: float) -> float:
    """Seconds until `deadline`, at least 0."""
    return max(0.0, deadline - time.monotonic())


def measured(answer: float, silent: float) -> Patience:
    """Patience in proportion to how slow this machine is just now at starting a program."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True, stdin=subprocess.DEVNULL)
    factor = min(SLOWEST, max(1.0, (time.monotonic() - began) / QUICK_START))
    return Patience(answer * factor, silent * factor)
