"""What goes to another machine and comes back: archives, the run of the grader there, its answer."""

import io
import json
import zipfile

import psutil
import pytest

from grader import job
from grader.job import Answer
from grader.results import Result, WeekResult

RESULT = Result("", "full", (WeekResult(1, "Echo", 10, 10, ()), WeekResult(2, "UDP", 5, 10, ())))
FOUND = {"tier": 1, "says": "full", "wanting": []}
# A grader whose `work` writes what it was told, and one that only ends with its standard input.
TELLS = """
import pathlib, sys
print("bye", file=sys.stderr)
pathlib.Path(sys.argv[2], "answer.json").write_text(str(sys.argv[3:]))
"""
LISTENS = """
import os, pathlib, sys
pathlib.Path("pid").write_text(str(os.getpid()))
sys.stdin.read()
"""


def grader_that(source):
    """A grader of these lines."""
    return job.packed({"grader/__init__.py": b"", "grader/__main__.py": source.encode()})


def names(archive):
    """What is in an archive."""
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


def answer(wrote, *, status=0, said=""):
    """What a worker answers."""
    return Answer("tcp://worker", status, wrote, said)


def test_the_same_files_give_the_same_archive():
    assert job.packed({"b": b"2", "a": b"1"}) == job.packed({"a": b"1", "b": b"2"})


def test_the_grader_that_is_sent_is_all_but_its_samples():
    found = names(job.grader())
    assert {"grader/__main__.py", "grader/course.toml", "grader/stages/week1_echo.py"} <= {*found}
    assert not [name for name in found if "samples" in name or "__pycache__" in name]


def test_a_submission_travels_with_its_course(tmp_path):
    tmp_path.joinpath("lab5", "test").mkdir(parents=True)
    tmp_path.joinpath("lab5", "test", "a.py").write_text("x")
    assert names(job.submission(tmp_path, b"")) == ["course.toml", "lab5/test/a.py"]


def test_what_the_grader_there_writes_comes_back(tmp_path):
    assert job.done(tmp_path, grader_that(TELLS), job.packed({}), ["--weeks", "1"], lambda: False) == (
        0,
        "['--weeks', '1']",
        "bye\n",
    )


def test_a_job_leaves_only_the_grader_with_the_worker(tmp_path):
    for _ in range(2):
        job.done(tmp_path, grader_that(TELLS), job.packed({}), [], lambda: False)
    assert [path.name[:5] for path in tmp_path.iterdir()] == ["lab5-"]


def test_a_grader_whose_answer_nobody_wants_is_told_so_and_waited_for(tmp_path):
    def is_over():
        return any(tmp_path.glob("lab5-*/pid"))

    status, wrote, _ = job.done(tmp_path, grader_that(LISTENS), job.packed({}), [], is_over)
    (started,) = tmp_path.glob("lab5-*/pid")
    assert (status, wrote, psutil.pid_exists(int(started.read_text()))) == (0, "", False)


def test_a_result_comes_back_as_it_was():
    assert answer(RESULT.to_json()).result([1, 2]) == RESULT


def test_a_refusal_is_a_result():
    assert answer(Result("", "full", refused="It does not fit.").to_json()).result([1]).refused == "It does not fit."


@pytest.mark.parametrize(
    "wrote",
    [
        "",
        "no JSON",
        "[]",
        "7",
        json.dumps(FOUND),
        RESULT.to_json().replace('"isolation"', '"insulation"'),
        RESULT.to_json().replace("[", "7", 1),
        Result("", "full", RESULT.weeks[:1]).to_json(),
    ],
    ids=["nothing", "text", "list", "number", "other", "wrong key", "wrong type", "week missing"],
)
def test_what_is_no_result_of_these_weeks_is_none(wrote):
    assert answer(wrote).result([1, 2]) is None


def test_what_a_failing_grader_wrote_does_not_count():
    assert answer(RESULT.to_json(), status=1).result([1, 2]) is None


def test_isolation_comes_back_with_what_better_takes():
    isolation, wanting = answer(json.dumps(FOUND | {"wanting": ["Not full."]})).isolation()
    assert (isolation.tier, isolation.says, isolation.alone, wanting) == (1, "full", False, ["Not full."])


@pytest.mark.parametrize("wrote", ["", "[]", "7", "{}"])
def test_what_names_no_isolation_is_none(wrote):
    assert answer(wrote).isolation() is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "the grader there ended with status 3 and without a result"),
        ("No kind of sandbox works.\n Install bubblewrap.\n", "No kind of sandbox works. Install bubblewrap."),
        ("Traceback (most recent call last):\n  File ...\nImportError: no click\n", "ImportError: no click"),
    ],
    ids=["silence", "sentences", "traceback"],
)
def test_a_useless_answer_says_why(said, why):
    assert answer("", status=3, said=said).why == why
