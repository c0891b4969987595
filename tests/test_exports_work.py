"""What an assignment is about: some weeks, one score, and why there is none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.works import BONUS, BROKEN, COURSE, FAILED, HIDDEN, PASSED, refused, week, work

NO_FAULT = "by a fault of the grader, which is no fault of yours; your instructor can have it done again."
LATE = replace(COURSE, due={1: datetime(2026, 10, 5, 12, tzinfo=UTC)})


def test_one_week_has_its_own_score_and_points():
    half = work(week(PASSED, FAILED), week(PASSED, number=2), numbers=(1,))
    assert (half.percent, half.points, half.max) == (50, 5, 10)


def test_many_weeks_have_the_weighted_mean_of_the_course():
    given = replace(COURSE, weights=COURSE.weights | {2: 3})
    both = work(week(PASSED, FAILED), week(PASSED, number=2), given=given)
    assert (both.percent, both.points, both.max) == (87.5, 13.12, 15)


def test_points_of_many_weeks_are_not_rounded_on_the_way():
    weeks = [
        replace(week(PASSED, number=number), points=points, max=100) for number, points in ((1, 100), (2, 100), (3, 99))
    ]
    assert work(*weeks).points == 299


def test_weeks_without_a_weight_have_no_score_together():
    given = replace(COURSE, weights=dict.fromkeys(COURSE.weights, 0))
    none = work(week(PASSED), week(PASSED, number=2), given=given)
    assert (none.percent, none.why) == (None, "None of its weeks has a weight.")


def test_late_work_has_the_score_that_counts_and_says_so():
    late = work(week(PASSED, submitted="2026-10-07T11:00:00+00:00"), given=LATE)
    assert (late.percent, late.says) == (80, ["4 of 5 points", "week 1: 2 days late: 100 became 80"])


def test_the_bonus_is_in_the_score_as_far_as_the_course_says():
    assert work(week(PASSED, BONUS)).percent == 105


@pytest.mark.parametrize(
    ("without", "why"),
    [
        (work(week(PASSED, BROKEN)), f"Week 1 could not be graded, {NO_FAULT}"),
        (work(fault="The grader failed: KeyError()."), f"It could not be graded, {NO_FAULT}"),
        (refused(), "It could not be graded. It is damaged."),
        (work(week(PASSED), numbers=(1, 3)), "Week 3 has not been graded."),
        (work(), "Nothing of it has been graded."),
    ],
)
def test_what_could_not_be_graded_has_no_score_and_a_reason(without, why):
    assert (without.percent, without.points, without.says) == (None, None, [why])


def test_a_broken_week_does_not_count_against_another_one():
    assert work(week(PASSED), week(BROKEN, number=2), numbers=(1,)).percent == 100


def test_a_week_that_was_graded_before_stays_graded():
    assert work(week(PASSED), refused="It is damaged.", numbers=(1,)).percent == 100


@pytest.mark.parametrize(
    ("work", "is_refused"), [(refused(), True), (work(fault="It failed."), False), (work(week(FAILED)), False)]
)
def test_only_the_submission_can_be_refused(work, is_refused):
    assert work.is_refused is is_refused


def test_what_is_said_is_harmless_and_has_the_remarks():
    said = work(week(PASSED, HIDDEN, remarks=("left out “x”",)), remarks=("found in \x1b[2J",)).says
    assert said == ["5 of 10 points", "found in \\x1b[2J", "left out “x”"]
