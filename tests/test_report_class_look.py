"""Who needs a look: each reason by itself, and who needs none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.grades import grade_of
from grader.report.class_look import Case, Reason, reasons
from grader.results import Pair, Result
from tests.classes import BROKEN, COURSE, FAILED, PASSED, graded, named, week


def only(*grades) -> tuple[str, list[tuple]]:
    """The one reason that there is: its title, and each case."""
    (reason,) = reasons(grades)
    return reason.title, [(case.students, case.says) for case in reason.cases]


def test_a_class_without_trouble_has_no_reasons():
    assert reasons([graded("alice", week(1, PASSED, FAILED)), graded("bob", week(1, PASSED))]) == []


def test_a_fault_of_the_grader_is_a_reason():
    fault = "The grader failed: KeyError()."
    assert only(graded("alice", fault=fault)) == ("The grader failed", [(("alice",), fault)])


def test_a_broken_check_is_named():
    grade = graded("alice", week(2, PASSED, BROKEN, named("b_c", BROKEN)))
    assert only(grade) == ("The grader failed", [(("alice",), "week 2: “echoes one byte”, “b c”")])


def test_what_cannot_be_used_is_a_reason():
    assert only(graded("alice", refused="It is damaged.")) == ("Cannot be used", [(("alice",), "It is damaged.")])


def test_a_program_that_the_sandbox_ended_is_a_reason():
    remarks = ("found in work/", "ended a program: it used more than 1,024 MiB")
    grade = graded("alice", week(1, PASSED), remarks=remarks)
    assert only(grade) == ("Ended by the sandbox", [(("alice",), "it used more than 1,024 MiB")])


@pytest.mark.parametrize("remark", ["is not in the roster", "fits more than one student in the roster"])
def test_who_is_not_in_the_roster_is_a_reason(remark):
    grade = graded("alice", week(1, PASSED), remarks=("found in work/", remark))
    assert only(grade) == ("Not in the roster", [(("alice",), remark)])


@pytest.mark.parametrize(
    "remark",
    [
        "handed in more than once, and nothing says which is the newer: a.zip, b.zip",
        "Canvas calls it late, but not when it came",
    ],
)
def test_what_nobody_can_know_is_left_to_the_instructor(remark):
    grade = graded("alice", week(1, PASSED), remarks=("found in work/", remark))
    assert only(grade) == ("Left to you", [(("alice",), remark)])


def test_a_week_without_a_point_is_a_reason_with_its_first_failure():
    grade = graded("alice", week(1, PASSED), week(2, FAILED), week(3, FAILED, handed_in=False))
    assert only(grade) == ("No point for what was handed in", [(("alice",), "week 2: nothing came")])


def test_late_work_is_a_reason_with_what_it_costs():
    course = replace(COURSE, due={1: datetime(2026, 10, 1, tzinfo=UTC)})
    late = replace(week(1, PASSED), submitted="2026-10-02T12:00:00+00:00")
    (reason,) = reasons([grade_of(Result("alice", "full", (late,)), course)])
    assert (reason.title, reason.cases) == ("Late", (Case(("alice",), "week 1: 2 days late: 100 became 80"),))


def test_who_has_handed_in_nothing_is_a_reason():
    grade = graded("alice", week(1, FAILED, handed_in=False), week(2, FAILED, handed_in=False))
    assert only(grade) == ("Nothing was handed in", [(("alice",), "none of 2 weeks")])


def test_who_is_absent_is_a_reason():
    assert only(graded("alice")) == ("Nothing was handed in", [(("alice",), "nothing at all")])


def test_who_has_handed_in_some_weeks_only_is_none():
    assert reasons([graded("alice", week(1, PASSED), week(2, FAILED, handed_in=False))]) == []


def test_alike_work_leads_to_its_passages():
    pairs = [Pair(1, "alice", "bob", 99.6, ()), Pair(2, "carol", "dora", 70.0, ())]
    (reason,) = reasons([], pairs)
    assert reason.cases == (
        Case(("alice", "bob"), "week 1: 100 % of the shorter is in the other", "similar.html#pair-1"),
        Case(("carol", "dora"), "week 2: 70 % of the shorter is in the other", "similar.html#pair-2"),
    )


def test_the_most_urgent_reason_comes_first():
    grades = [graded("a", week(1, FAILED)), graded("b", refused="No."), graded("c", fault="Oh.")]
    found = [reason.title for reason in reasons(grades, [Pair(1, "a", "b", 90, ())])]
    assert found == [
        "The grader failed",
        "Cannot be used",
        "Programs that are alike",
        "No point for what was handed in",
    ]


@pytest.mark.parametrize("reason", reasons([graded("a", fault="Oh."), graded("b", refused="No.")]))
def test_every_reason_says_what_to_do(reason: Reason):
    assert reason.todo.endswith(".")
