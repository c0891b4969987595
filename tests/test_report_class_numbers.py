"""The class in numbers: who counts where, and what is apart."""

from dataclasses import replace

import pytest

from grader.report.class_numbers import Spread, checks_of, handed_in_nothing, spread_of_totals, spread_of_week, weeks_of
from tests.classes import BLOCKED, BROKEN, FAILED, PASSED, graded, named, week

CLASS = [
    graded("alice", week(1, PASSED), week(2, PASSED, FAILED)),
    graded("bob", week(1, FAILED), week(2, FAILED, handed_in=False)),
    graded("carol", week(1, PASSED, BROKEN), week(2, PASSED)),
    graded("dora", week(1, FAILED, handed_in=False), week(2, FAILED, handed_in=False)),
    graded("eve", refused="It is damaged."),
]


def test_who_could_not_be_graded_and_who_has_handed_in_nothing_are_no_zeros():
    assert spread_of_week(CLASS, 1) == Spread("week 1", (0, 100), not_graded=2, missing=1)
    assert spread_of_week(CLASS, 2) == Spread("week 2", (50, 100), not_graded=1, missing=2)


def test_who_is_absent_has_handed_in_no_week():
    assert spread_of_week([graded("alice", week(2, PASSED))], 1) == Spread("week 1", (), not_graded=0, missing=1)


def test_the_totals_leave_out_who_has_handed_in_no_week_at_all():
    assert spread_of_totals(CLASS) == Spread("", (0, 75, 100), not_graded=1, missing=1)


@pytest.mark.parametrize(
    ("score", "column"), [(0, 0), (9.99, 0), (10, 1), (99.99, 9), (100, 10), (105, 10), (1000, 10)]
)
def test_a_score_is_in_the_column_that_it_reaches(score, column):
    assert Spread("", (score,), 0, 0).columns.index(1) == column


@pytest.mark.parametrize(
    ("scores", "quartiles"),
    [((), None), ((40,), (40, 40, 40)), ((0, 100), (25, 50, 75)), ((0, 0, 10, 20, 100), (0, 10, 20))],
)
def test_quartiles_are_of_any_number_of_scores(scores, quartiles):
    assert Spread("", scores, 0, 0).quartiles == quartiles


def test_weeks_are_those_that_anybody_has_in_their_order():
    grades = [graded("alice", week(3, PASSED)), graded("bob", week(1, PASSED), week(3, PASSED))]
    assert weeks_of(grades) == {1: "title 1", 3: "title 3"}


def test_a_refused_submission_is_not_nothing():
    assert [handed_in_nothing(grade) for grade in CLASS] == [False, False, False, True, False]


def test_a_check_counts_those_who_have_handed_in_its_week():
    outcomes = [PASSED, FAILED, BLOCKED, BROKEN]
    grades = [graded(f"student {number}", week(1, outcome)) for number, outcome in enumerate(outcomes)]
    (check,) = checks_of([*grades, graded("dora", week(1, FAILED, handed_in=False))])
    assert (check.passed, check.failed, check.blocked, check.broken, check.tried) == (1, 1, 1, 1, 3)


def test_the_share_of_a_check_is_of_all_who_tried_or_were_blocked():
    grades = [graded(str(number), week(1, outcome)) for number, outcome in enumerate([PASSED, PASSED, FAILED, BLOCKED])]
    (check,) = checks_of(grades)
    assert check.percent == 50


@pytest.mark.parametrize(
    ("passed", "failed", "share"), [(299, 1, "99 %"), (1, 299, "1 %"), (2, 0, "100 %"), (0, 2, "0 %")]
)
def test_a_share_is_all_or_none_only_where_it_is(passed, failed, share):
    (check,) = checks_of([graded("alice", week(1, PASSED))])
    assert replace(check, passed=passed, failed=failed).share == share


def test_a_check_that_nobody_could_be_graded_in_has_no_share():
    (check,) = checks_of([graded("alice", week(1, BROKEN))])
    assert (check.tried, check.percent) == (0, 0)


def test_checks_stand_in_the_order_of_their_weeks():
    grades = [graded("alice", week(2, named("b", PASSED), named("a", PASSED))), graded("bob", week(1, PASSED))]
    assert [(check.week, check.outcome.name) for check in checks_of(grades)] == [(1, PASSED.name), (2, "b"), (2, "a")]


def test_two_weeks_may_have_a_check_of_the_same_name():
    assert len(checks_of([graded("alice", week(1, PASSED), week(2, PASSED))])) == 2


def test_failures_are_put_together_and_those_of_one_student_are_told_apart():
    alone = replace(FAILED, came="b'2' came")
    grades = [graded(name, week(1, outcome)) for name, outcome in zip("abc", (FAILED, FAILED, alone), strict=True)]
    (check,) = checks_of(grades)
    assert [group.students for group in check.several] == [("a", "b")]
    assert [group.students for group in check.alone] == [("c",)]
