"""Deadlines, by a clock that the test moves."""

from types import SimpleNamespace

import pytest

from grader import patience
from grader.patience import Patience, left, measured


class Clock:
    """Stands where the `time` module was."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def test_the_first_answers_have_the_whole_time(clock):
    assert Patience(answer=10, silent=3).for_answer() == 1010


def test_a_program_that_was_silent_once_has_less_time_for_its_next_answers(clock):
    tried = Patience(answer=10, silent=3)
    tried.ran_out()
    clock.now += 10
    assert tried.for_answer() == 1013


def test_the_time_to_start_is_never_shortened(clock):
    tried = Patience(answer=10, silent=3)
    tried.ran_out()
    assert tried.for_start() == 1010


def test_another_program_begins_with_the_whole_time(clock):
    tried = Patience(answer=10, silent=3)
    tried.ran_out()
    assert tried.anew().for_answer() == 1010


def test_patience_anew_leaves_the_old_one_as_it_was(clock):
    tried = Patience(answer=10, silent=3)
    tried.anew().ran_out()
    assert tried.for_answer() == 1010


@pytest.mark.parametrize(("deadline", "seconds"), [(1002.5, 2.5), (1000, 0), (990, 0)])
def test_what_is_left_until_a_deadline_is_never_negative(clock, deadline, seconds):
    assert left(deadline) == seconds


@pytest.mark.parametrize(("start", "answer", "silent"), [(0, 10, 3), (0.1, 10, 3), (0.25, 25, 7.5), (600, 60, 18)])
def test_a_slow_machine_waits_longer_up_to_six_times(clock, monkeypatch, start, answer, silent):
    def run(*_, **__):
        clock.now += start

    monkeypatch.setattr(patience, "subprocess", SimpleNamespace(run=run, DEVNULL=None))
    waits = measured(answer=10, silent=3)
    assert (waits.answer, waits.silent) == pytest.approx((answer, silent))


def test_this_machine_can_be_measured():
    assert 10 <= measured(answer=10, silent=3).answer <= 60
