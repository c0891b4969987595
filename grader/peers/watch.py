"""Waiting for several things at once: datagrams, a screen, the end of a program, and what is due at some time."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from grader.patience import Deadline

TICK = 0.02  # seconds between two looks at what the system sends no event for: pipes of Windows
RESTS = 9  # times as long as a condition has taken it is not asked again: a full screen must not keep the grader busy


class HasDescriptor(Protocol):
    def fileno(self) -> int: ...


class Timer(NamedTuple):
    """What is done when something is due."""

    due: Callable[[], float | None]
    act: Callable[[], None]


class Look(NamedTuple):
    """What is done again and again, while there is a reason to."""

    when: Callable[[], bool]
    act: Callable[[], None]


class Watch:
    """Everything that goes on in a conversation while a check waits. There is one thread, and it is the check's own."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._timers: list[Timer] = []
        self._looks: list[Look] = []

    def add(self, source: HasDescriptor | int, act: Callable[[], None]) -> None:
        """From now on, `act` is called when there is something to read."""
        self._selector.register(source, selectors.EVENT_READ, act)

    def remove(self, source: HasDescriptor | int) -> None:
        """Nobody asks for this any more."""
        self._selector.unregister(source)

    def add_look(self, act: Callable[[], None], when: Callable[[], bool] = lambda: True) -> None:
        """From now on, `act` is called again and again, while `when` holds."""
        self._looks.append(Look(when, act))

    def add_timer(self, due: Callable[[], float | None], act: Callable[[], None]) -> Timer:
        """From now on, `act` is called when it is `due` (time.monotonic; None: nothing is)."""
        self._timers.append(Timer(due, act))
        return self._timers[-1]

    def remove_timer(self, timer: Timer) -> None:
        """It is not called any more."""
        self._timers.remove(timer)

    def until(self, condition: Callable[[], bool], deadline: Deadline) -> bool:
        """Whether the condition comes to hold in time; what has come already is seen to first."""
        self._go_on(0.0)
        began = time.thread_time()
        while not condition():
            if deadline.is_over:
                return False
            again = time.monotonic() + min(deadline.left, RESTS * (time.thread_time() - began))
            self._wait(deadline.turn)
            while (rest := again - time.monotonic()) > 0:
                self._wait(rest)
            began = time.thread_time()
        return True

    def close(self) -> None:
        """Watches nothing any more."""
        self._selector.close()

    def _wait(self, seconds: float) -> None:
        """Goes on as soon as there is something to do, and at the end of this time."""
        now = time.monotonic()
        moments = [now + seconds, *(moment for timer in self._timers if (moment := timer.due()) is not None)]
        if any(look.when() for look in self._looks):
            moments.append(now + TICK)
        self._go_on(max(0.0, min(moments) - now))

    def _go_on(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data()
        for look in self._looks:
            if look.when():
                look.act()
        for timer in self._timers:
            moment = timer.due()
            if moment is not None and moment <= time.monotonic():
                timer.act()
