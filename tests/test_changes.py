"""What a regrade has changed: who, by how much, because of which check."""

from dataclasses import replace

import pytest

from grader.changes import Change, between, known
from grader.check import Verdict
from grader.grades import Grade, WeekGrade
from grader.results import ABSENT, Outcome, Result, week_result
from tests.outcomes import PASSED

FAILED = replace(PASSED, verdict=Verdict.FAILED, points=0)
DEARER = replace(PASSED, points=6, max=6)
OTHER = replace(PASSED, name="listens", title="listens")


def grade(score: float, *outcomes: Outcome, total: float | None = None) -> Grade:
    result = Result("alice", "full", (week_result(1, "echo", outcomes),))
    return Grade(result, {1: WeekGrade(1, score, score)}, score if total is None else total)


def change(before: Grade, after: Grade) -> list[Change]:
    return between({"alice": known(before)}, [after])


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        (grade(0, FAILED), grade(100, PASSED), "week 1: “echoes one byte” was failed, now passed"),
        (grade(90, PASSED), grade(91, DEARER), "week 1: “echoes one byte” gave 5 points, now 6"),
        (grade(100, PASSED), grade(50, PASSED, OTHER), "week 1: “listens” is new"),
        (grade(50, PASSED, OTHER), grade(100, PASSED), "week 1: “listens” is no longer asked for"),
        (grade(100, PASSED), grade(90, PASSED), "week 1: 100, now 90, by the rules for late work and the bonus"),
        (grade(90, PASSED, total=80), grade(90, PASSED, total=70), "the weights of the weeks"),
    ],
)
def test_a_change_has_its_reason(before, after, because):
    assert change(before, after) == [Change("alice", before.total, after.total, (because,))]


@pytest.mark.parametrize(
    "nothing",
    [
        Result("alice", "full", refused="It is damaged."),
        Result("alice", "full", fault="It is damaged."),
        Result("alice", "full", remarks=("found in a/", f"{ABSENT} for week 1")),
    ],
)
def test_who_has_no_checks_any_more_has_the_reason_of_that(nothing):
    change = between({"alice": known(grade(50, PASSED, FAILED))}, [Grade(nothing, {}, None)])
    assert change == [Change("alice", 50, None, (nothing.why_not,))]


def test_a_verdict_that_moves_no_points_explains_nothing():
    blocked = replace(FAILED, name="goes_on", title="goes on", verdict=Verdict.BLOCKED)
    failed = replace(blocked, verdict=Verdict.FAILED)
    (came,) = change(grade(50, PASSED, blocked), grade(40, PASSED, failed))
    assert came.because == ("week 1: 50, now 40, by the rules for late work and the bonus",)


def test_the_same_grade_is_no_change():
    assert change(grade(100, PASSED), grade(100, PASSED)) == []


def test_a_student_who_is_new_is_no_change():
    assert between({}, [grade(100, PASSED)]) == []


def test_a_week_that_is_new_says_so():
    nothing = Grade(Result("alice", "full", refused="It is damaged."), {}, None)
    (change,) = between({"alice": known(nothing)}, [grade(100, PASSED)])
    assert (change.before, change.after, change.because) == (None, 100, ("week 1: it is new",))


def test_of_many_reasons_some_are_named():
    checks = [replace(FAILED, name=f"check_{number}", title=f"check {number}") for number in range(8)]
    passed = [replace(check, verdict=Verdict.PASSED) for check in checks]
    (change,) = between({"alice": known(grade(0, *checks))}, [grade(100, *passed)])
    assert (len(change.because), change.because[-1]) == (6, "and 3 more")
