"""The grader on Gradescope: a folder laid out as there, as root who can make no namespaces."""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.check import Refused
from grader.commands.gradescope import gradescope_zip
from tests.corpus import ROOT
from tests.works import conforms

PYTHON = "/usr/bin/python3"  # programs run as another user, who may not see the folder of a user's own Python
LAYOUT = "from sys import version_info as it; print(*it[:2])"
ENDS_WITH_1 = ROOT / "grader" / "samples" / "lea-dubois-exits-with-one"
LATE = {"created_at": "2026-10-07T11:00:00+00:00", "assignment": {"due_date": "2026-10-05T12:00:00+00:00"}}
ENOUGH = 300  # seconds


def wanting() -> str:
    """What this machine lacks to be as a container of Gradescope's; nothing where it can be."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "Gradescope runs it as root, on Linux"
    if platform.machine() not in ("x86_64", "aarch64") or not Path(PYTHON).exists():
        return f"there is no {PYTHON}, or no filter of system calls for this machine"
    said = subprocess.run([PYTHON, "-c", LAYOUT], capture_output=True, text=True, check=False).stdout
    return "" if said.split() == [*map(str, sys.version_info[:2])] else f"{PYTHON} is another version than this one"


there = pytest.mark.skipif(bool(wanting()), reason=wanting() or "it can be done")


@pytest.fixture(scope="module")
def base():
    """A folder as Gradescope lays it out, with our archive unpacked, and its packages borrowed from here."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "autograder")
        Path(folder).chmod(0o755)
        (base / "source").mkdir(parents=True)
        (base / "results").mkdir()
        (base / "course.toml").write_text("[due]\nweek1 = 2026-10-05T12:00:00Z\n")
        run("--weeks", "1", "--into", str(base / "autograder.zip"), "--course", str(base / "course.toml"))
        with zipfile.ZipFile(base / "autograder.zip") as archive:
            archive.extractall(base / "source")
        shutil.copy(base / "source" / "run_autograder", base / "run_autograder")
        (base / "run_autograder").chmod(0o755)
        subprocess.run([PYTHON, "-m", "venv", "--without-pip", base / "venv"], check=True)
        (site,) = (base / "venv" / "lib").glob("python*/site-packages")
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
        yield base


@pytest.fixture
def submitted(base):
    """Lays out a submission, and starts the autograder."""
    started = []

    def submitted(work, metadata):
        for name in ("submission", "results"):
            shutil.rmtree(base / name, ignore_errors=True)
        shutil.copytree(work, base / "submission")
        (base / "submission_metadata.json").write_text(metadata)
        command = [sys.executable, ROOT / "tests" / "without_namespaces.py", base / "run_autograder"]
        environment = {"PATH": os.environ["PATH"], "AUTOGRADER": str(base)}
        started.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        )
        return started[0]

    yield submitted
    with started[0] as process:
        process.kill()


def run(*arguments):
    return CliRunner().invoke(gradescope_zip, arguments, catch_exceptions=False, standalone_mode=False).stdout


def results(base):
    return conforms((base / "results" / "results.json").read_text("utf-8"), "gradescope")


@there
def test_a_submission_is_graded_by_root_without_namespaces(base, submitted):
    said = submitted(ENDS_WITH_1, json.dumps(LATE)).communicate(timeout=ENOUGH)[0]
    found = results(base)
    assert (found["score"], found["output"]) == (76, "76 of 100 points\nweek 1: 2 days late: 95 became 76")
    assert "Isolation: partial: own user" in said
    failed = [test["name"] for test in found["tests"] if test["status"] == "failed"]
    assert failed == ["quits with status 0", "listens on ipv6 too (hidden, bonus)"]


@there
def test_what_students_must_not_see_is_closed_to_them(base, submitted, tmp_path):
    submitted(tmp_path, "{}").communicate(timeout=ENOUGH)
    places = ("source", "submission", "results", "submission_metadata.json")
    assert [(base / place).stat().st_mode & 0o7 for place in places] == [0, 0, 0, 0]


@there
def test_an_empty_submission_has_a_sentence(base, submitted, tmp_path):
    submitted(tmp_path, "no JSON").communicate(timeout=ENOUGH)
    assert results(base)["output"] == "0 of 100 points\nweek 1: not handed in"


@there
def test_a_huge_submission_has_a_sentence(base, submitted, tmp_path):
    for number in range(6):
        with (tmp_path / f"{number}.bin").open("wb") as file:
            file.truncate(9_999_999)
    submitted(tmp_path, "{}").communicate(timeout=ENOUGH)
    assert results(base)["score"] == 0
    assert results(base)["output"].startswith("It could not be graded. ")


@there
def test_what_was_found_stays_when_the_container_is_killed(base, submitted):
    process = submitted(ENDS_WITH_1, "{}")
    file = base / "results" / "results.json"
    deadline = time.monotonic() + ENOUGH
    while time.monotonic() < deadline and not (file.exists() and len(results(base)["tests"]) >= 3):
        assert process.poll() is None
        time.sleep(0.01)  # what is waited for is a file
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert results(base)["output"].startswith("Grading has not ended")
    assert results(base)["score"] > 0


@there
def test_a_fault_of_the_grader_has_a_sentence(base, submitted, tmp_path):
    course = base / "source" / "course.toml"
    text = course.read_text()
    course.write_text("[no such table]")
    process = submitted(tmp_path, "{}")
    process.communicate(timeout=ENOUGH)
    course.write_text(text)
    assert results(base)["output"].startswith("It could not be graded, by a fault of the grader")
    assert process.returncode != 0


def test_the_archive_says_how_many_points_the_assignment_has(tmp_path):
    said = run("--weeks", "1-2", "--into", str(tmp_path / "a.zip"))
    assert said.startswith(f"Written: {tmp_path}/a.zip (")
    assert said.endswith("files). Give the assignment 200 autograder points.\n")


def test_an_archive_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be written: No such file or directory.$"):
        run("--into", str(tmp_path / "no" / "such.zip"))
