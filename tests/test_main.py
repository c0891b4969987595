"""The command line as people and scripts see it: real processes, their output and their exit status."""

import csv
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.corpus import ROOT
from tests.processes import GENEROUS, programs_of

RIGHT = ROOT / "solutions"
STARTER = ROOT / "lab5"
SILENT = ROOT / "tests" / "broken" / "week1" / "waits_for_1024_bytes"
SCHEMA = json.loads((ROOT / "docs" / "result.schema.json").read_text("utf-8"))


def grader(*arguments: object, **options: object) -> subprocess.CompletedProcess:
    """`python -m grader ...`, run to its end."""
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=GENEROUS, **options)


def started(*arguments: object, **options: object) -> subprocess.Popen:
    """`python -m grader ...`, running."""
    return subprocess.Popen([sys.executable, "-m", "grader", *map(str, arguments)], cwd=ROOT, **options)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", RIGHT, "--week", "1"], 0),
        (["check", RIGHT, "--week", "1", "--hidden"], 0),
        (["check", STARTER, "--week", "1"], 1),
        (["check", RIGHT, "--week", "99"], 2),
        (["check", RIGHT, "--week", "1", "--only", "no_such_check"], 2),
        (["check", RIGHT, "--week", "1", "--only"], 2),
        (["check", "no/such/folder", "--week", "1"], 2),
        (["check", RIGHT, "--course", "no/such/file.toml"], 2),
        (["grade", "no/such/folder"], 2),
        (["grade", RIGHT, "--weeks", "one"], 2),
        (["grade", RIGHT, "--jobs", "0"], 2),
        (["no-such-command"], 2),
        (["--help"], 0),
    ],
)
def test_the_exit_status_says_how_it_went(arguments, status, tmp_path):
    if arguments[0] == "grade":
        arguments = [*arguments, "--out", tmp_path]
    assert grader(*arguments).returncode == status


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "nowhere"], "There is no nowhere. Name the folder that has server.py in it.\n"),
        (["check", RIGHT, "--week", "99"], "There is no week 99. The grader has: 1.\n"),
        (["grade", RIGHT, "--weeks", "1-x"], "--weeks 1-x: write weeks as 3, 1-4 or 1,2,5.\n"),
    ],
)
def test_bad_arguments_get_one_sentence(arguments, sentence):
    done = grader(*arguments)
    assert (done.stdout, done.stderr) == ("", sentence)


def test_a_fault_of_the_grader_ends_with_status_3():
    program = (
        "import grader.runner as runner, grader.__main__ as command, sys\n"
        "def fail(*_): raise ZeroDivisionError('planted')\n"
        "runner.Bench._start_afresh = fail\n"
        f"sys.argv = ['grader', 'check', {str(RIGHT)!r}, '--week', '1']\n"
        "command.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=GENEROUS)
    assert done.returncode == 3
    assert "Traceback" not in done.stdout + done.stderr


def test_json_on_standard_output_is_one_object_that_fits_the_schema():
    done = grader("check", STARTER, "--week", "1", "--json", "-")
    result = json.loads(done.stdout)
    jsonschema.validate(result, SCHEMA)
    assert (result["submission"], result["weeks"][0]["points"], done.stderr) == ("lab5", 0, "")


def test_json_to_a_file_leaves_the_report_on_standard_output(tmp_path):
    done = grader("check", RIGHT, "--week", "1", "--json", tmp_path / "result.json")
    jsonschema.validate(json.loads((tmp_path / "result.json").read_text("utf-8")), SCHEMA)
    assert "week 1  97 of 97 points" in done.stdout


def test_only_reports_that_check_alone():
    done = grader("check", RIGHT, "--week", "1", "--only", "echoes_one_byte", "--json", "-")
    assert [check["name"] for check in json.loads(done.stdout)["weeks"][0]["checks"]] == ["echoes_one_byte"]


def test_the_same_submission_gets_the_same_report():
    wrong = ROOT / "tests" / "broken" / "week1" / "index_error_when_port_missing"
    first, second = (grader("check", wrong, "--week", "1").stdout for _ in range(2))
    assert first == second


def test_a_pipe_gets_plain_text():
    assert "\x1b" not in grader("check", STARTER, "--week", "1").stdout


def test_a_terminal_gets_colours_and_lines_that_fit():
    reader, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "72"}
    process = started("check", STARTER, "--week", "1", stdout=terminal, stderr=terminal, env=environment)
    os.close(terminal)
    text = _read_all(reader)
    process.wait(GENEROUS)
    plain = [_without_colours(line) for line in text.splitlines()]
    assert "\x1b[" in text
    assert max(map(len, plain)) <= 72


def _read_all(reader: int) -> str:
    text = b""
    while True:
        try:
            data = os.read(reader, 1 << 16)
        except OSError:  # Linux: the last writer has closed the terminal
            data = b""
        if not data:
            os.close(reader)
            return text.decode()
        text += data


def _without_colours(line: str) -> str:
    parts = line.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_check_leaves_no_program(number):
    with started("check", SILENT, "--week", "1", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        programs = programs_of(process)
        process.send_signal(number)
        errors = process.stderr.read()
        assert (process.wait(GENEROUS), errors) == (130, b"Interrupted. Nothing is left running.\n")
    assert [program for program in programs if program.is_running()] == []


def test_a_reader_that_goes_away_leaves_no_program():
    with started("check", SILENT, "--week", "1", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        programs = programs_of(process)
        process.stdout.close()
        errors = process.stderr.read()
        assert (process.wait(GENEROUS), errors) == (141, b"")
    assert [program for program in programs if program.is_running()] == []


@pytest.fixture
def class_of_three(tmp_path: Path) -> Path:
    """A right, an unfinished and a silent submission."""
    for name, path in (("ann", RIGHT), ("ben", STARTER), ("cem", SILENT)):
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / name).symlink_to(path)
    return tmp_path / "class"


def test_a_class_gets_gradebook_results_and_feedback(class_of_three, tmp_path):
    (tmp_path / "impatient.toml").write_text("[deadlines]\nanswer = 1\nsilent = 1\n")
    done = grader("grade", class_of_three, "--out", tmp_path / "out", "--course", tmp_path / "impatient.toml")
    with (tmp_path / "out" / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert (done.returncode, done.stderr) == (0, "")
    assert head == ["student", *(f"week{number}" for number in range(1, 10)), "total", "isolation", "remarks"]
    assert [row[:2] for row in rows] == [["ann", "105"], ["ben", "0"], ["cem", "27"]]
    for name in ("ann", "ben", "cem"):
        jsonschema.validate(json.loads((tmp_path / "out" / "results" / f"{name}.json").read_text("utf-8")), SCHEMA)
        assert (tmp_path / "out" / "feedback" / f"{name}.md").read_text("utf-8").startswith("# Lab 5: Chat Room")


def test_an_interrupted_class_goes_on_where_it_was(class_of_three, tmp_path):
    arguments = ("grade", class_of_three, "--out", tmp_path / "out", "--jobs", "1")
    with started(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert any("] ben" in line for line in process.stdout)
        programs = programs_of(process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=GENEROUS)
    assert process.returncode == 130
    progress = "2 of 3 are graded and stored. Run the same command to go on.\n"
    assert errors == f"{progress}Interrupted. Nothing is left running.\n"
    assert [program for program in programs if program.is_running()] == []
    again = grader(*arguments).stdout
    assert again.count("(as before)") == 2


def test_an_output_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = grader("grade", STARTER, "--out", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}/file/out/results cannot be made: Not a directory.\n"
