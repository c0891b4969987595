"""CTRF: the form it asks for, for a student or a class."""

import pytest

from grader.check import Verdict
from grader.exports import ctrf
from tests.works import BROKEN, FAILED, HOSTILE, PASSED, conforms, each_verdict, hostile, refused, week, work


def written(*works):
    return conforms(ctrf.report(works), "ctrf")["results"]


def test_each_verdict_has_its_status():
    statuses = [test["status"] for test in written(each_verdict(), work(week(BROKEN)))["tests"]]
    assert statuses == ["passed", "failed", "failed", "skipped", "passed", "other", "other"]


def test_the_summary_counts_them():
    summary = written(each_verdict(), work(week(BROKEN)))["summary"]
    counts = {"passed": 2, "failed": 2, "skipped": 1, "pending": 0, "other": 2}
    assert summary == {"tests": 7, **counts, "start": 0, "stop": 0}


def test_a_check_that_failed_has_its_headline_its_story_and_its_points():
    (test,) = written(work(week(FAILED)))["tests"]
    assert test["message"] == "expected b'hi', but nothing came"
    assert test["trace"].splitlines()[-1] == "Again: make test-week1 CHECK=echoes_one_byte"
    assert (test["suite"], test["extra"]) == (["alice", "week 1"], {"points": 0, "max": 5})


@pytest.mark.parametrize(("ungraded", "status"), [(refused(), "failed"), (work(fault="It failed."), "other")])
def test_what_could_not_be_graded_is_a_test_of_its_own(ungraded, status):
    (test,) = written(ungraded)["tests"]
    assert (test["name"], test["status"], test["message"]) == ("can be graded", status, ungraded.says[0])


def test_a_check_that_passed_says_nothing():
    assert written(work(week(PASSED)))["tests"][0].keys() == {"name", "status", "duration", "suite", "extra"}


def test_of_a_hidden_check_there_is_its_title_only():
    assert "a secret" not in ctrf.report([each_verdict(), work(week(BROKEN))])


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.BLOCKED, Verdict.BROKEN])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_form(text, verdict):
    assert len(written(hostile(text, verdict))["tests"]) == 2 + (verdict is Verdict.BROKEN)
