"""What Autolab reads: two lines, the last one with a score for each week that has one."""

import json

import pytest

from grader.check import Verdict
from grader.exports import autolab
from tests.works import BROKEN, FAILED, HOSTILE, PASSED, conforms, each_verdict, hostile, refused, week, work


def written(work):
    lines = autolab.lines(work).splitlines()
    return conforms(json.dumps([json.loads(line) for line in lines]), "autolab")


def test_each_week_is_a_problem_with_points():
    assert written(work(week(PASSED, FAILED), week(PASSED, number=2)))[1] == {"scores": {"week1": 5, "week2": 5}}


def test_a_week_that_could_not_be_graded_has_no_score():
    assert written(work(week(PASSED), week(BROKEN, number=2)))[1] == {"scores": {"week1": 5}}


def test_a_submission_that_cannot_be_used_is_told_why():
    feedback, scores = written(refused())
    why = {"can be graded": {"passed": False, "hint": "It could not be graded. It is damaged."}}
    assert (feedback["Submission"], scores) == (why, {"scores": {}})


def test_every_stage_is_named_and_there():
    feedback, _ = written(work(week(PASSED), week(PASSED, number=2)))
    assert feedback["stages"] == ["Week 1: echo", "Week 2: echo"] == list(feedback)[2:]


def test_a_check_that_failed_has_its_story_in_a_line():
    feedback, _ = written(work(week(FAILED)))
    hint = "expected b'hi', but nothing came. Hint: Don't strip()."
    assert feedback["Week 1: echo"]["echoes a line"] == {"passed": False, "hint": hint}


def test_of_a_hidden_check_there_is_its_title_only():
    assert "a secret" not in autolab.lines(each_verdict())


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.BLOCKED, Verdict.BROKEN])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_adds_a_line(text, verdict):
    assert len(written(hostile(text, verdict))) == 2
