"""Deadlines, by a clock that the test moves."""

from types import SimpleNamespace

import pytest

from grader import patience
from grader.patience import LATEST, TURN, Deadline, Patience, measured


class Clock:
    """Says what the test wants it to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tried(clock):
    """Patience with a program that has been silent once."""
    tried = Patience(answer=10, silent=3, clock=clock)
    tried.ran_out(tried.for_answer())
    return tried


def test_the_first_answers_have_the_whole_time(clock):
    assert Patience(10, 3, clock).for_answer().left == 10


def test_a_program_that_was_silent_once_has_less_time_for_its_next_answers(tried):
    assert tried.for_answer().left == 3


def test_the_time_to_start_is_never_shortened(tried):
    assert tried.for_start().left == 10


def test_the_time_to_end_is_never_shortened(tried):
    assert tried.for_end().left == 10


@pytest.mark.parametrize("deadline", [Patience.for_answer, Patience.for_end])
def test_no_machine_is_so_slow_that_the_end_of_a_poll_is_an_answer(clock, deadline):
    assert LATEST - 1 < deadline(Patience(60, 60, clock)).left <= LATEST < 30


@pytest.mark.parametrize("deadline", [Patience.for_answer, Patience.for_end])
@pytest.mark.parametrize(
    ("wall", "own", "in_doubt"), [(0, 0, False), (9, 9, False), (LATEST, 2, True), (LATEST, 10, False), (60, 60, False)]
)
def test_what_ran_out_on_the_wall_alone_is_in_doubt(clock, monkeypatch, deadline, wall, own, in_doubt):
    on_the_wall = Clock()
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=on_the_wall))
    hurried = Patience(10, 3, clock)
    passed = deadline(hurried)
    on_the_wall.now, clock.now = on_the_wall.now + wall, clock.now + own
    hurried.for_answer()  # for something else
    hurried.ran_out(passed)
    assert hurried.in_doubt == in_doubt


def test_what_is_late_on_the_wall_alone_is_in_doubt(clock, monkeypatch):
    on_the_wall = Clock()
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=on_the_wall))
    hurried = Patience(10, 3, clock)
    deadline = hurried.on_the_wall(4)
    on_the_wall.now, clock.now = on_the_wall.now + 5, clock.now + 1
    hurried.was_late(deadline)
    assert (deadline.is_over, hurried.in_doubt) == (True, True)


def test_another_program_begins_with_the_whole_time(tried):
    assert tried.anew().for_answer().left == 10


def test_patience_anew_leaves_the_old_one_as_it_was(clock):
    old = Patience(10, 3, clock)
    new = old.anew()
    new.ran_out(new.for_answer())
    assert old.for_answer().left == 10


def test_patience_anew_goes_by_the_same_clock(clock, tried):
    deadline = tried.anew().for_answer()
    clock.now += 4
    assert deadline.left == 6


@pytest.mark.parametrize(
    ("passed", "left", "is_over"), [(0, 2.5, False), (2, 0.5, False), (2.5, 0, True), (9, 0, True)]
)
def test_what_is_left_until_a_deadline_is_never_negative(clock, passed, left, is_over):
    deadline = Deadline(2.5, clock)
    clock.now += passed
    assert (deadline.left, deadline.is_over) == (left, is_over)


@pytest.mark.parametrize(("seconds", "turn"), [(60, TURN), (TURN, TURN), (0.1, 0.1), (0, 0.001)])
def test_one_waits_for_a_turn_at_a_time_and_has_one_even_when_it_is_over(clock, seconds, turn):
    assert Deadline(seconds, clock).turn == pytest.approx(turn)


@pytest.mark.parametrize(("seconds", "left"), [(2, 2), (5, 5), (60, 5)])
def test_a_deadline_can_only_be_made_to_come_sooner(clock, seconds, left):
    assert Deadline(5, clock).or_sooner(seconds).left == left


@pytest.mark.parametrize(("start", "answer", "silent"), [(0, 10, 3), (0.1, 10, 3), (0.25, 25, 7.5), (600, 60, 18)])
def test_a_slow_machine_waits_longer_up_to_six_times(clock, monkeypatch, start, answer, silent):
    def run(*_, **__):
        clock.now += start

    monkeypatch.setattr(patience, "subprocess", SimpleNamespace(run=run, DEVNULL=None))
    waits = measured(10, 3, clock)
    assert (waits.answer, waits.silent) == pytest.approx((answer, silent))


def test_this_machine_can_be_measured():
    assert 10 <= measured(answer=10, silent=3).answer <= 60
