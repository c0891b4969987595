"""The command that workers run: one submission in, one result out, and an end when nobody wants it."""

import json
import subprocess
import sys

import pytest

from grader.results import Result
from tests.corpus import ROOT

NEVER_ENDS = "import time\nwhile True: time.sleep(1)"
GENEROUS = 120  # seconds until a test gives up


@pytest.fixture
def work(tmp_path):
    """Runs the command on a folder with these files, with a standard input that stays open; gives its process."""

    def work(*options, **files):
        (tmp_path / "course.toml").write_text("[deadlines]\nanswer = 60\n")
        for name, source in files.items():
            (tmp_path / "lab5").mkdir(exist_ok=True)
            (tmp_path / "lab5" / f"{name}.py").write_text(source)
        words = [sys.executable, "-m", "grader", "work", str(tmp_path), *options]
        return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return work


def said_by(process):
    """What it says, and its status, once it has ended by itself."""
    with process:
        status = process.wait(GENEROUS)
        return process.stderr.read(), status


def answer(tmp_path):
    """What it has written."""
    return (tmp_path / "answer.json").read_text()


def test_without_weeks_it_says_how_well_it_keeps_programs_apart(work, tmp_path):
    assert said_by(work("--allow-unsafe")) == ("", 0)
    assert json.loads(answer(tmp_path)).keys() == {"tier", "says", "wanting"}


def test_it_grades_the_weeks_that_it_is_told(work, tmp_path):
    right = (ROOT / "solutions" / "server.py").read_text()
    assert said_by(work("--allow-unsafe", "--weeks", "1", server=right)) == ("", 0)
    (week,) = Result.from_json(answer(tmp_path)).weeks
    assert (week.week, week.points >= week.max) == (1, True)


def test_an_empty_submission_is_one(work, tmp_path):
    assert said_by(work("--allow-unsafe", "--weeks", "2")) == ("", 0)
    assert [week.handed_in for week in Result.from_json(answer(tmp_path)).weeks] == [False]


def test_it_refuses_another_isolation_than_the_others_have(work, tmp_path):
    said, status = said_by(work("--allow-unsafe", "--tier", "7"))
    assert (said.endswith(", and not as where the others are graded.\n"), status) == (True, 2)
    assert not (tmp_path / "answer.json").exists()


def test_it_ends_when_nobody_wants_the_answer(work, tmp_path):
    process = work("--allow-unsafe", "--weeks", "1", server=NEVER_ENDS)
    process.stdin.close()
    assert said_by(process) == ("Interrupted. Nothing is left running.\n", 130)
