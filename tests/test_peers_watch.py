"""Waiting for several things at once: what has come is acted upon, and what is due is done, by one thread."""

import socket
import time
from contextlib import closing

import pytest

from grader.patience import Deadline
from grader.peers import watch as watch_module
from grader.peers.watch import RESTS, TICK, Watch

GENEROUS = 10  # seconds until a test gives up
SHORT = 0.05  # seconds that something must not happen in
FAR = 1000.0  # seconds away
COMPUTES = 0.01  # seconds that a condition takes which takes long


@pytest.fixture
def watch():
    """It watches nothing yet."""
    with closing(Watch()) as watch:
        yield watch


@pytest.fixture
def ends():
    """Two ends of a line."""
    one, two = socket.socketpair()
    with one, two:
        yield one, two


def soon():
    """A deadline that no test here needs."""
    return Deadline(GENEROUS)


def computes(asked):
    """Computes for a while: how often it has done so."""
    began, until = time.monotonic(), time.thread_time() + COMPUTES
    while time.thread_time() < until:
        pass
    asked.append((began, time.monotonic()))
    return len(asked)


def test_what_comes_is_acted_upon(watch, ends):
    came = []
    watch.add(ends[0], lambda: came.append(ends[0].recv(100)))
    ends[1].send(b"hello")
    assert watch.until(lambda: came == [b"hello"], soon())


def test_a_descriptor_can_be_watched_by_its_number(watch, ends):
    came = []
    watch.add(ends[0].fileno(), lambda: came.append(ends[0].recv(100)))
    ends[1].send(b"hello")
    assert watch.until(lambda: came == [b"hello"], soon())


def test_several_things_are_watched_at_once(watch, ends):
    came = []
    for end in ends:
        watch.add(end, lambda end=end: came.append(end.recv(100)))
    ends[0].send(b"to two")
    ends[1].send(b"to one")
    assert watch.until(lambda: sorted(came) == [b"to one", b"to two"], soon())


def test_what_has_come_already_is_seen_to_before_the_condition_is(watch, ends):
    came = []
    watch.add(ends[0], lambda: came.append(ends[0].recv(100)))
    ends[1].send(b"hello")
    assert watch.until(lambda: bool(came), Deadline(0))


def test_a_condition_that_holds_is_not_waited_for(watch):
    before = time.monotonic()
    assert watch.until(lambda: True, Deadline(FAR))
    assert time.monotonic() < before + GENEROUS


def test_a_condition_that_never_holds_is_waited_for_until_the_deadline(watch):
    deadline = Deadline(SHORT)
    assert not watch.until(lambda: False, deadline)
    assert deadline.is_over


def test_a_condition_can_become_true_while_something_else_is_acted_upon(watch, ends):
    left = [3]
    watch.add(ends[0], lambda: left.append(left[-1] - len(ends[0].recv(1))))
    ends[1].send(b"abc")
    assert watch.until(lambda: left[-1] == 0, soon())


def test_what_was_removed_is_not_acted_upon(watch, ends):
    came = []
    watch.add(ends[0], lambda: came.append("too late"))
    watch.remove(ends[0])
    ends[1].send(b"hello")
    watch.until(lambda: bool(came), Deadline(SHORT))
    assert came == []


def test_something_can_be_removed_when_it_is_acted_upon(watch, ends):
    came = []
    watch.add(ends[0], lambda: (came.append("once"), watch.remove(ends[0])))
    ends[1].send(b"hello")
    watch.until(lambda: len(came) > 1, Deadline(SHORT))
    assert came == ["once"]


def test_what_has_ended_is_acted_upon(watch, ends):
    came = []
    watch.add(ends[0], lambda: came.append(ends[0].recv(100)))
    ends[1].close()
    assert watch.until(lambda: b"" in came, soon())


def test_a_look_is_taken_again_and_again(watch):
    looks = []
    watch.add_look(lambda: looks.append("look"))
    assert watch.until(lambda: len(looks) == 3, soon())


def test_a_look_is_taken_at_most_once_in_a_tick(watch):
    looks = []
    watch.add_look(lambda: looks.append(time.monotonic()))
    watch.until(lambda: len(looks) == 5, soon())
    assert looks[-1] - looks[1] >= 3 * TICK


def test_what_is_due_is_done(watch):
    moment, done = time.monotonic(), []
    watch.add_timer(lambda: None if done else moment, lambda: done.append("done"))
    assert watch.until(lambda: done == ["done"], soon())


def test_what_is_due_later_is_waited_for_and_not_the_deadline(watch):
    moment, done = time.monotonic() + SHORT, []
    watch.add_timer(lambda: None if done else moment, lambda: done.append(time.monotonic()))
    assert watch.until(lambda: bool(done), Deadline(FAR))
    assert moment <= done[0] < moment + GENEROUS


def test_what_is_due_first_is_done_first(watch):
    now, done = time.monotonic(), []
    for name, moment in (("second", now + 2 * SHORT), ("first", now + SHORT)):
        act = lambda name=name: done.append(name)  # noqa: E731
        watch.add_timer(lambda name=name, moment=moment: None if name in done else moment, act)
    watch.until(lambda: len(done) == 2, soon())
    assert done == ["first", "second"]


def test_a_timer_says_itself_when_it_is_due_again(watch):
    done = [time.monotonic()]
    watch.add_timer(lambda: done[-1] + SHORT / 10, lambda: done.append(time.monotonic()))
    assert watch.until(lambda: len(done) == 4, soon())


@pytest.mark.parametrize("due", [None, float("inf")])
def test_what_is_not_due_is_not_done(due, watch):
    done = []
    watch.add_timer(lambda: due, lambda: done.append("too early"))
    watch.until(lambda: bool(done), Deadline(SHORT))
    assert done == []


def test_a_timer_that_was_removed_is_never_due(watch):
    done = []
    timer = watch.add_timer(time.monotonic, lambda: done.append("too late"))
    watch.remove_timer(timer)
    watch.until(lambda: bool(done), Deadline(SHORT))
    assert done == []


def test_a_timer_is_done_while_something_comes_without_end(watch, ends):
    ends[1].send(b"x")
    watch.add(ends[0], lambda: ends[1].send(ends[0].recv(1)))
    done = []
    watch.add_timer(lambda: None if done else time.monotonic(), lambda: done.append("done"))
    assert watch.until(lambda: bool(done), soon())


def test_a_deadline_holds_while_something_comes_without_end(watch, ends):
    ends[1].send(b"x")
    watch.add(ends[0], lambda: ends[1].send(ends[0].recv(1)))
    assert not watch.until(lambda: False, Deadline(SHORT))


def test_a_condition_that_takes_long_is_asked_seldom(watch, ends):
    ends[1].send(b"x")
    watch.add(ends[0], lambda: ends[1].send(ends[0].recv(1)))
    asked = []
    watch.until(lambda: computes(asked) == 3, soon())
    rests = [began - ended for (_, ended), (began, _) in zip(asked, asked[1:], strict=False)]
    assert min(rests) >= RESTS * COMPUTES


def test_what_comes_is_acted_upon_while_a_condition_rests(watch, ends):
    came, asked = [], []
    watch.add(ends[0], lambda: (came.append(ends[0].recv(1)), ends[1].send(b"x")))
    ends[1].send(b"x")
    watch.until(lambda: computes(asked) == 2, soon())
    assert len(came) > 2


def test_a_deadline_holds_although_a_condition_rests(watch, monkeypatch):
    monkeypatch.setattr(watch_module, "RESTS", FAR / COMPUTES)
    before = time.monotonic()
    watch.until(lambda: computes([]) == 2, Deadline(SHORT))
    assert time.monotonic() < before + GENEROUS


def test_what_an_act_raises_is_not_lost(watch, ends):
    watch.add(ends[0], lambda: 1 / 0)
    ends[1].send(b"hello")
    with pytest.raises(ZeroDivisionError):
        watch.until(lambda: False, soon())


def test_closing_leaves_what_was_watched_open(ends):
    watch = Watch()
    watch.add(ends[0], lambda: None)
    watch.close()
    ends[1].send(b"hello")
    assert ends[0].recv(100) == b"hello"
