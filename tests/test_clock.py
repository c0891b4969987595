"""The clock for deadlines, on a machine that the test makes busy."""

import time
from collections import deque

import pytest

from grader import clock as clock_module
from grader.clock import OFTEN, SLOWEST, STALL, FairClock, crowd_here


class Machine:
    """A clock on the wall, and how many programs there are for each processor."""

    def __init__(self):
        self.now, self.crowd = 1000.0, 0.0

    def passes(self, seconds: float, clock: FairClock) -> float:
        """So much time passes, in which somebody often looks at the clock: what it says has passed."""
        before = clock()
        for _ in range(round(seconds / OFTEN / 2)):
            self.now += 2 * OFTEN
            clock()
        return clock() - before


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def clock(machine):
    return FairClock(lambda: machine.now, lambda: machine.crowd)


@pytest.mark.parametrize(
    ("crowd", "seconds"), [(0, 12), (0.5, 12), (1, 12), (2, 6), (4, 3), (6, 2), (100, 12 / SLOWEST)]
)
def test_it_goes_slower_the_more_programs_want_a_processor(machine, clock, crowd, seconds):
    machine.crowd = crowd
    assert machine.passes(12, clock) == pytest.approx(seconds)


def test_what_was_busy_counts_for_as_long_as_it_was(machine, clock):
    machine.crowd = 4
    busy = machine.passes(8, clock)
    machine.crowd = 1
    assert (busy, machine.passes(8, clock)) == (pytest.approx(2), pytest.approx(8))


def test_a_machine_that_stood_still_has_not_used_up_the_time(machine, clock):
    before = clock()
    machine.now += 3600
    assert clock() - before == STALL


def test_two_looks_at_once_cost_one(machine):
    looks = deque([1.0])
    clock = FairClock(lambda: machine.now, looks.popleft)
    machine.now += 1
    assert clock() == clock() == 1


def test_this_machine_is_no_busier_than_it_can_be():
    assert -1 <= crowd_here() < 100_000


def test_programs_that_run_or_wait_for_a_disk_are_counted(monkeypatch, tmp_path):
    statistics = tmp_path / "stat"
    statistics.write_bytes(b"cpu 1 2 3\nprocesses 99\nprocs_running 10\nprocs_blocked 3\nsoftirq 5\n")
    monkeypatch.setattr(clock_module, "STATISTICS", statistics)
    monkeypatch.setattr(clock_module.os, "cpu_count", lambda: 2)
    assert crowd_here() == 6


def test_where_nothing_counts_programs_the_last_minute_is_taken(monkeypatch, tmp_path):
    monkeypatch.setattr(clock_module, "STATISTICS", tmp_path / "absent")
    monkeypatch.setattr(clock_module.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(clock_module.os, "getloadavg", lambda: (5.0, 1.0, 1.0))
    assert crowd_here() == 2.5


def test_where_nothing_is_known_it_is_the_clock_on_the_wall(monkeypatch, tmp_path):
    monkeypatch.setattr(clock_module, "STATISTICS", tmp_path / "absent")
    monkeypatch.delattr(clock_module.os, "getloadavg")
    assert crowd_here() == 1


def test_it_keeps_to_the_wall_here_or_stays_behind():
    clock, began = FairClock(), time.monotonic()
    while time.monotonic() < began + 3 * OFTEN:
        clock()
    assert 0 < clock() <= time.monotonic() - began
