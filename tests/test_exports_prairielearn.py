"""PrairieLearn's results.json: the form it asks for, at most a megabyte, and no attempt lost to a fault."""

from dataclasses import replace

import pytest

from grader.check import Verdict
from grader.exports import prairielearn
from tests.works import BONUS, BROKEN, FAILED, HOSTILE, PASSED, conforms, each_verdict, hostile, refused, week, work


def written(work):
    return conforms(prairielearn.results(work), "prairielearn")


def test_the_score_is_a_share_of_1():
    assert written(work(week(PASSED, FAILED, FAILED)))["score"] == 0.3333


def test_there_is_no_bonus():
    assert written(work(week(PASSED, BONUS)))["score"] == 1


@pytest.mark.parametrize("ungraded", [refused(), work(week(PASSED, BROKEN)), work(fault="It failed."), work()])
def test_what_could_not_be_graded_costs_no_attempt(ungraded):
    assert written(ungraded) == {"gradable": False, "format_errors": ungraded.says}


def test_of_a_hidden_check_there_is_its_title_only():
    assert "a secret" not in prairielearn.results(each_verdict())


def test_long_conversations_are_left_out():
    long = replace(FAILED, transcript=("x" * 400,) * 200)
    text = prairielearn.results(work(week(*[long] * 90)))
    assert len(text) <= prairielearn.LARGEST
    assert conforms(text, "prairielearn")["tests"][0]["output"] == "expected b'hi', but nothing came"


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.BLOCKED])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_form(text, verdict):
    assert len(written(hostile(text, verdict))["tests"]) == 2
