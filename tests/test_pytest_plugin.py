"""pytest as a front end: items, -k, -x, JUnit; and nothing of a submission reaches pytest's process."""

import functools
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import stages
from tests.corpus import ROOT
from tests.processes import programs_of

ALL_WEEKS = ", ".join(map(str, stages.numbers()))
PYTEST = Path(sys.executable).with_name("pytest")
TELL_TALE = """
import sys
if "pytest" in sys.modules or "grader" in sys.modules:
    open({marker!r}, "a").write(__name__ + "\\n")
"""


def run(*arguments: object, cwd: Path = ROOT, preexec: Callable | None = None) -> subprocess.CompletedProcess:
    """`pytest ...` as it stands in the virtual environment."""
    command = [PYTEST, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, preexec_fn=preexec)


def test_a_right_submission_passes_every_item():
    done = run("--week", "1", "--submission", "solutions", "--hidden", "-q")
    assert done.returncode == 0
    assert "18 passed" in done.stdout


def test_a_background_job_sends_signals_that_are_heard():
    ignore = functools.partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    done = run("--week", "1", "--submission", "solutions", "-k", "ctrl_c", preexec=ignore)
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_session_leaves_no_program(number):
    silent = ROOT / "tests" / "broken" / "week1" / "waits_for_1024_bytes"
    command = [PYTEST, "--week", "1", "--submission", silent]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        programs = programs_of(process)
        process.send_signal(number)
        assert process.wait(60) == pytest.ExitCode.INTERRUPTED
    assert [program for program in programs if program.is_running()] == []


def test_a_failure_prints_the_transcript_and_no_source():
    done = run("--week", "1", "--submission", "tests/broken/week1/decodes_as_utf8", "-k", "every_byte")
    assert done.returncode == 1
    assert "    alice > b'\\x00\\x01" in done.stdout
    assert "    ^ expected alice to receive" in done.stdout
    assert "alice.receives(" not in done.stdout


def test_k_selects_and_what_is_built_on_is_done_silently():
    assert (
        "1 passed, 17 deselected"
        in run("--week", "1", "--submission", "solutions", "--hidden", "-k", "one_byte").stdout
    )


def test_x_stops_at_the_first_failure():
    done = run("--week", "1", "--submission", "tests/broken/week1/reads_10_bytes", "-x")
    assert "1 failed, 1 passed" in done.stdout


def test_a_blocked_check_alone_is_not_green():
    done = run("--week", "1", "--submission", "lab5", "-k", "one_byte")
    assert "1 failed, 15 deselected" in done.stdout


def test_blocked_checks_are_skipped_with_their_reason():
    done = run("--week", "1", "--submission", "lab5", "-rs")
    assert "1 failed, 15 skipped" in done.stdout
    assert "blocked: “listens on the host and port given” has not passed, and this builds on it" in done.stdout


def test_junit_has_a_case_for_each_check(tmp_path):
    run("--week", "1", "--submission", "solutions", f"--junitxml={tmp_path}/junit.xml")
    cases = ElementTree.parse(tmp_path / "junit.xml").findall(".//testcase")
    assert len(cases) == 16


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--week", "99"], f"There is no week 99. The grader has: {ALL_WEEKS}."),
        (
            ["--week", "1", "--submission", "nowhere"],
            "There is no nowhere. Name a folder that looks like lab5, or an archive of one.",
        ),
    ],
)
def test_bad_arguments_get_a_sentence(arguments, sentence):
    done = run(*arguments)
    assert done.returncode != 0
    assert sentence in done.stdout + done.stderr


@pytest.mark.parametrize("place", ["in the project", "beside the submission", "in the submission"])
def test_nothing_of_a_submission_reaches_the_process_of_pytest(place, tmp_path):
    lab5 = tmp_path / "lab5"
    lab5.mkdir()
    marker = tmp_path / "reached"
    for name in ("conftest", "evil", "sitecustomize", "usercustomize", "socket", "grader", "test_evil", "server"):
        (lab5 / f"{name}.py").write_text(TELL_TALE.format(marker=str(marker)))
    settings = "addopts = -p evil\npythonpath = .\npython_files = *.py\n"
    (lab5 / "pytest.ini").write_text(f"[pytest]\n{settings}")
    (lab5 / "tox.ini").write_text(f"[pytest]\n{settings}")
    (lab5 / "setup.cfg").write_text(f"[tool:pytest]\n{settings}")
    (lab5 / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-p evil"\npythonpath = ["."]\n')
    where = {"in the project": ROOT, "beside the submission": tmp_path, "in the submission": lab5}[place]
    done = run("--week", "1", "--submission", lab5 if place != "beside the submission" else "lab5", cwd=where)
    assert "1 failed, 15 skipped" in done.stdout
    assert not marker.exists(), marker.read_text()
