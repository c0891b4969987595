"""From verdicts to grades: points, late work, the bonus and the total, without running anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader import course, stages
from grader.check import Verdict
from grader.course import Late
from grader.grades import WeekGrade, evaluated, grade_of
from grader.results import Outcome, Result, WeekResult, week_result
from tests.outcomes import PASSED

DUE = datetime(2026, 10, 5, tzinfo=UTC)
LATE = Late(percent_per_day=10, grace_minutes=0, free_days=0, latest_days=7)
COURSE = replace(course.load(), due={1: DUE, 2: DUE}, late=LATE)
FAILED = replace(PASSED, name="is_failed", verdict=Verdict.FAILED, points=0, came="nothing came")
BLOCKED = replace(PASSED, verdict=Verdict.BLOCKED, points=0, came="it builds on another")
BROKEN = replace(PASSED, name="is_broken", verdict=Verdict.BROKEN, points=0)
UNGRADED = "week 2 could not be graded, by a fault of the grader: is_broken"


def week(number: int, *outcomes: Outcome, days_late: float | None = None, **fields: object) -> WeekResult:
    submitted = "" if days_late is None else (DUE + timedelta(days=days_late)).isoformat()
    return replace(week_result(number, "echo", outcomes, **fields), submitted=submitted)


def alice(*weeks: WeekResult, **fields: object) -> Result:
    return Result("alice", "full", weeks, **fields)


def test_only_weeks_that_could_be_graded_have_a_grade():
    grade = grade_of(alice(week(1, PASSED, PASSED, FAILED), week(2, PASSED, BROKEN)), COURSE)
    assert (grade.weeks, grade.total) == ({1: WeekGrade(1, 66.67, 66.67)}, 66.67)


def test_nothing_that_could_be_graded_has_no_total():
    assert grade_of(alice(refused="It is damaged."), COURSE).total is None


def test_the_bonus_is_capped():
    assert grade_of(alice(week(3, PASSED, replace(PASSED, stretch=True))), COURSE).total == 105


def test_late_work_loses_a_share_of_what_it_has_earned():
    grade = grade_of(alice(week(1, PASSED, FAILED, days_late=1.5), week(2, PASSED, days_late=-1)), COURSE)
    assert grade.weeks == {1: WeekGrade(1, 50, 40, days_late=2), 2: WeekGrade(2, 100, 100)}
    assert (grade.total, grade.days_late) == (70, 2)


def test_free_days_are_spent_on_the_first_weeks_that_need_them():
    course = replace(COURSE, late=replace(LATE, free_days=3))
    grade = grade_of(alice(week(1, PASSED, days_late=2), week(2, PASSED, days_late=2)), course)
    assert [(grade.weeks[number].score, grade.weeks[number].days_free) for number in (1, 2)] == [(100, 2), (90, 1)]


@pytest.mark.parametrize("first", [week(1, FAILED, days_late=3), week(1, PASSED, days_late=20)], ids=["0", "too late"])
def test_free_days_are_not_spent_where_they_gain_nothing(first):
    course = replace(COURSE, late=replace(LATE, free_days=3))
    grade = grade_of(alice(first, week(2, PASSED, days_late=2)), course)
    assert [(grade.weeks[number].score, grade.weeks[number].days_free) for number in (1, 2)] == [(0, 0), (100, 2)]


def test_work_that_nobody_knows_the_moment_of_is_not_late():
    assert grade_of(alice(week(1, PASSED)), COURSE).weeks[1] == WeekGrade(1, 100, 100)


def test_work_that_was_not_handed_in_is_not_late():
    grade = grade_of(alice(week(1, FAILED, days_late=3, handed_in=False)), COURSE)
    assert (grade.weeks[1], grade.remarks) == (WeekGrade(1, 0, 0), ["week 1: not handed in"])


@pytest.mark.parametrize(
    ("grade", "says"),
    [
        (WeekGrade(1, 80, 80), ""),
        (WeekGrade(1, 80, 72, days_late=1), "week 1: 1 day late: 80 became 72"),
        (WeekGrade(1, 80, 80, days_late=2, days_free=2), "week 1: 2 days late, 2 of them free"),
        (WeekGrade(1, 80, 64, days_late=3, days_free=1), "week 1: 3 days late, 1 of them free: 80 became 64"),
    ],
)
def test_what_being_late_costs_is_said(grade, says):
    assert grade.says == says


@pytest.mark.parametrize(
    ("result", "remarks"),
    [
        (alice(week(1, PASSED, FAILED)), []),
        (alice(week(3, FAILED, BLOCKED)), ["week 3: nothing came"]),
        (alice(week(1, replace(FAILED, came="it listens on port 27645"))), ["week 1: it listens on port ..."]),
        (alice(week(2, BROKEN, BLOCKED, BROKEN)), [UNGRADED + ", is_broken"]),
        (alice(week(1, PASSED, remarks=("left out “x”",)), remarks=("in a/",)), ["in a/", "left out “x”"]),
        (alice(refused="It is damaged."), ["It is damaged."]),
        (alice(week(1, PASSED, days_late=1)), ["week 1: 1 day late: 100 became 90"]),
    ],
)
def test_the_remarks_are_what_an_instructor_should_know(result, remarks):
    assert grade_of(result, COURSE).remarks == remarks


def test_verdicts_get_the_points_and_the_words_of_today():
    check = next(check for check in stages.load(1).checks if check.name == "echoes_one_byte")
    old = replace(PASSED, max=1, points=1, hint="an old hint")
    (new,) = evaluated(alice(week(1, old)), [stages.load(1)], COURSE).outcomes
    assert (new.points, new.max, new.hint) == (check.points, check.points, check.hint)


@pytest.mark.parametrize(("verdict", "points"), [(Verdict.PASSED, 12), (Verdict.FAILED, 0), (Verdict.BLOCKED, 0)])
def test_the_course_can_give_other_points(verdict, points):
    course = replace(COURSE, points={1: {"echoes_one_byte": 12}})
    (new,) = evaluated(alice(week(1, replace(PASSED, verdict=verdict))), [stages.load(1)], course).outcomes
    assert (new.points, new.max) == (points, 12)


def test_a_check_that_is_gone_keeps_what_it_had():
    gone = replace(PASSED, name="is_gone")
    assert evaluated(alice(week(1, gone)), [stages.load(1)], COURSE).outcomes == [gone]


def test_evaluating_keeps_when_and_whether_it_was_handed_in():
    before = alice(week(1, FAILED, days_late=1, handed_in=False))
    after = evaluated(before, [stages.load(1)], COURSE).weeks[0]
    assert (after.submitted, after.handed_in) == (before.weeks[0].submitted, False)
