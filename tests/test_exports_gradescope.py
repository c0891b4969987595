"""Gradescope's results.json: the form it asks for, and no score where there is none."""

import pytest

from grader.check import Verdict
from grader.exports import gradescope
from tests.works import BROKEN, FAILED, HIDDEN, HOSTILE, PASSED, conforms, each_verdict, hostile, refused, week, work


def written(work, unfinished=""):
    return conforms(gradescope.results(work, unfinished), "gradescope")


def test_each_check_is_a_test_with_its_points():
    tests = [(test["number"], test["name"], test["status"], test["score"]) for test in written(each_verdict())["tests"]]
    assert tests == [
        ("1.1", "echoes one byte", "passed", 5),
        ("1.2", "echoes a line", "failed", 0),
        ("1.3", "is secret (hidden)", "failed", 0),
        ("1.4", "goes on", "failed", 0),
        ("1.5", "adds (bonus)", "passed", 5),
    ]


def test_the_score_is_the_one_that_counts():
    assert written(each_verdict())["score"] == 10


def test_the_students_see_the_total():
    assert "hidden" not in {test.get("visibility") for test in written(work(week(PASSED, HIDDEN)))["tests"]}


def test_of_a_hidden_check_there_is_its_title_only():
    assert "a secret" not in gradescope.results(each_verdict())


def test_what_the_grader_failed_at_has_no_score_anywhere():
    fields = written(work(week(PASSED, BROKEN)))
    assert "score" not in fields
    assert [test.get("status") for test in fields["tests"]] == ["passed", None]


def test_a_submission_that_cannot_be_used_is_told_why_beside_a_zero():
    fields = written(refused())
    assert (fields["score"], fields["output"]) == (0, "It could not be graded. It is damaged.")


def test_unfinished_work_says_so_first():
    assert written(work(week(FAILED)), "It goes on.")["output"] == "It goes on.\n0 of 5 points"


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.BLOCKED, Verdict.BROKEN])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_form(text, verdict):
    assert len(written(hostile(text, verdict))["tests"]) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_no_refusal_breaks_the_form(text):
    assert len(written(refused(text))["output"]) < 600
