"""results.json while checks are being done: whole at any moment, and out of the points of all checks."""

import json
from pathlib import Path

import pytest

from grader import stages
from grader.autograder import progress as module
from grader.autograder.progress import UNFINISHED, Progress, write, write_fault
from grader.results import Result, week_result
from grader.submission import Submission
from tests.corpus import plan
from tests.works import BROKEN, FAILED, PASSED, conforms

SUBMISSION = Submission("submission", Path("submission"), submitted="2026-10-05T23:00:00+00:00")


@pytest.fixture
def results(tmp_path):
    """Where the file is going to be."""
    return tmp_path / "results" / "results.json"


@pytest.fixture
def progress(results, monkeypatch):
    """A submission of week 1, of which nothing is known yet."""
    monkeypatch.setattr("tests.corpus.best", lambda limits: (None, []))
    return Progress(results, plan([1]), SUBMISSION)


def said(results):
    return conforms(results.read_text("utf-8"), "gradescope")


def test_before_the_first_check_there_is_a_sentence_and_no_score(progress, results):
    assert said(results)["output"] == f"{UNFINISHED}\nNothing of it has been graded."
    assert "score" not in said(results)


def test_after_a_check_there_is_what_was_found_so_far(progress, results):
    progress.heard(1, PASSED)
    progress.heard(1, FAILED)
    assert (said(results)["score"], len(said(results)["tests"])) == (5, 2)
    assert said(results)["output"] == f"{UNFINISHED}\n5 of {stages.load(1).points} points"


def test_what_the_grader_failed_at_takes_the_score_away(progress, results):
    progress.heard(1, PASSED)
    progress.heard(1, BROKEN)
    assert "score" not in said(results)


def test_in_the_end_there_is_the_whole_result(progress, results):
    week = week_result(1, "echo", [PASSED, FAILED])
    work = progress.ended(Result("submission", "full", (week,)))
    assert (work.percent, said(results)["score"], said(results)["output"]) == (50, 5, "5 of 10 points")


def test_a_fault_has_a_sentence_for_the_student_and_no_score(results):
    write_fault(results)
    assert said(results)["output"].startswith(
        "It could not be graded, by a fault of the grader, which is no fault of yours"
    )
    assert said(results)["tests"] == []


def test_a_file_is_never_half_written(results, monkeypatch):
    write(results, "{}")
    monkeypatch.setattr(module.Path, "replace", lambda draft, path: pytest.fail("killed"))
    with pytest.raises(pytest.fail.Exception):
        write(results, json.dumps(list(range(1000))))
    assert results.read_text("utf-8") == "{}"
