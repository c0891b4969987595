"""The class list in the command: who is missing, who is not in it, whose due dates nobody knows."""

import io
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from grader import course, stages
from grader.commands import class_list
from grader.results import Person, Result, WeekResult
from grader.roster import Roster
from grader.store import Store
from grader.submission import Submission

ALICE, BOB = Person("Alice Adams", "s1"), Person(login="bob")
CLASS = Roster([ALICE, BOB])
COURSE = course.load()
OF_ALICE = Submission("s1", Path("alice"), ALICE, "2026-03-01T10:00:00+00:00")
OF_BOB = Submission("bob", Path("bob"), BOB)
OF_A_STRANGER = Submission("joe", Path("joe"))
WEEKS = [WeekResult(number, "echo", 10, 10, ()) for number in (1, 2)]


@pytest.fixture
def console():
    """A console whose text can be read."""
    return Console(file=io.StringIO(), width=100)


@pytest.fixture
def store(tmp_path):
    """Weeks 1 and 2 of alice, graded before."""
    with closing(Store(tmp_path / "results.sqlite")) as store:
        store.keep(Result("s1", "full", tuple(WEEKS), ("found in lab5/",)), {1: "a", 2: "b"})
        yield store


def test_who_is_missing_is_said(console):
    assert class_list.announce(console, [OF_ALICE], CLASS) == [BOB]
    assert console.file.getvalue() == "1 of 2 in the roster handed in nothing: bob\n"


def test_who_is_not_in_the_roster_is_said(console):
    assert class_list.announce(console, [OF_ALICE, OF_BOB, OF_A_STRANGER], CLASS) == []
    assert console.file.getvalue() == "1 submission of nobody in the roster: joe\n"


def test_of_many_who_are_missing_ten_are_named(console):
    class_list.announce(console, [], Roster(Person(f"S{number}") for number in range(12)))
    names = ", ".join(f"S{number}" for number in range(10))
    assert console.file.getvalue() == f"12 of 12 in the roster handed in nothing: {names} and 2 more\n"


def test_without_a_roster_nobody_is_missing(console):
    assert class_list.announce(console, [OF_A_STRANGER], None) == []
    assert console.file.getvalue() == ""


def test_hostile_names_are_harmless(console):
    class_list.announce(console, [], Roster([Person("\x1b[2J\u202e")]))
    assert console.file.getvalue() == "1 of 1 in the roster handed in nothing: \\x1b[2J\\u202e\n"


def test_where_a_due_date_cannot_be_applied_it_is_said(console):
    dated = replace(COURSE, due={2: datetime(2026, 3, 1, tzinfo=UTC)})
    class_list.announce_untimed(console, [OF_ALICE, OF_BOB], [stages.load(2)], dated)
    says = "1 submission without the time of handing in: due dates are not applied to them.\n"
    assert console.file.getvalue() == says


@pytest.mark.parametrize(("submission", "week"), [(OF_ALICE, 2), (OF_BOB, 1)])
def test_where_no_due_date_is_in_question_nothing_is_said(console, submission, week):
    dated = replace(COURSE, due={2: datetime(2026, 3, 1, tzinfo=UTC)})
    class_list.announce_untimed(console, [submission], [stages.load(week)], dated)
    assert console.file.getvalue() == ""


def test_who_handed_in_nothing_has_no_week_of_those_that_are_graded(store):
    expected = Result("s1", "full", (WEEKS[0],), ("nothing was handed in for weeks 2, 3",), person=ALICE)
    assert class_list.result_of_nothing("s1", ALICE, {2, 3}, store) == expected


def test_who_never_handed_in_anything_has_an_empty_result(store):
    expected = Result("bob", "", (), ("nothing was handed in",), person=BOB)
    assert class_list.result_of_nothing("bob", BOB, {1}, store) == expected


def test_the_name_of_a_submission_is_nobody_elses():
    named = class_list.named([ALICE, BOB], [Submission("S1", Path())])
    kims = [Person("Kim Lee"), Person("Kim Lee")]
    assert [*class_list.named(kims, [])] == ["Kim Lee", "Kim Lee_2"]
    assert named == {"s1_2": ALICE, "bob": BOB}


def test_without_a_list_who_has_other_weeks_only_is_known_and_who_has_none_is_said(console, store):
    store.keep(Result("dave", "full", (replace(WEEKS[0], handed_in=False),)), {1: "c"})
    store.hand_out(dict.fromkeys(("s1", "carol", "dave"), "{}"))
    assert class_list.left_over(console, [Submission("carol", Path())], {2}, store) == ["s1"]
    assert console.file.getvalue() == (
        "1 student of other weeks handed in nothing: s1\n1 student of the last gradebook in this one no more: dave\n"
    )


def test_the_list_that_is_named_comes_before_that_of_the_course(tmp_path):
    for name in ("alice", "bob"):
        (tmp_path / f"{name}.csv").write_text(f"name\n{name}\n")
    listed = replace(COURSE, roster=tmp_path / "bob.csv")
    assert class_list.of(tmp_path / "alice.csv", listed).people == (Person("alice"),)
    assert class_list.of(None, listed).people == (Person("bob"),)
    assert class_list.of(None, COURSE) is None
