"""docs/writing-a-week.md, done: what it says in full, and nothing else, makes a tenth week.

Of the other weeks the copy has only the first, because grading the lab itself would take minutes.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import ROOT
from tests.processes import GENEROUS

FILE = re.compile(r"`([\w./]+)`:\n\n((?: {4}.*\n|\n)+)")  # a name at the end of a paragraph, and what stands in it
OF_OTHER_WEEKS = ("week[2-9]_*", "samples", "__pycache__")
NEEDED = ("pyproject.toml", "Makefile", "requirements.txt", "tests/__init__.py", "tests/corpus.py", "tests/conftest.py")
NEEDED += ("tests/lab/test_layout.py", "tests/broken/week1/expected.toml", "tests/outcomes.py")
SIGNED = ('"big")', '"big", signed=True)')
KEEPS_THEIR_PROMISES = """
from tests.corpus import graded, plan, promises
bugs = promises("broken", 10)
results = graded({name: bug.path for name, bug in bugs.items()}, plan([10]))
print([name for name in bugs if not bugs[name].broken_by(results[name])])
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Path:
    """A copy of the project, in which somebody has followed the document."""
    copy = tmp_path_factory.mktemp("lab")
    for tree in ("grader", "lab5", "solutions"):
        shutil.copytree(ROOT / tree, copy / tree, ignore=shutil.ignore_patterns(*OF_OTHER_WEEKS))
    for name in NEEDED:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    for name, text in files_of_the_document().items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    return copy


def files_of_the_document() -> dict[str, str]:
    """What stands in it in full, by file."""
    document = (ROOT / "docs" / "writing-a-week.md").read_text("utf-8")
    return {
        name: re.sub(r"^ {4}", "", text, flags=re.MULTILINE).rstrip() + "\n" for name, text in FILE.findall(document)
    }


def run(lab: Path, *arguments: object) -> subprocess.CompletedProcess:
    """`python ...` in the copy; pytest reads its configuration there, too."""
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, "PYTEST_ADDOPTS": f"--config-file={lab / 'pyproject.toml'}"}
    return subprocess.run(command, cwd=lab, env=environment, capture_output=True, text=True, timeout=GENEROUS)


def check(lab: Path, submission: object) -> list[str]:
    """The lines of `python -m grader check --week 10`, hidden checks too."""
    return run(lab, "-m", "grader", "check", submission, "--week", 10, "--hidden").stdout.splitlines()


def test_it_adds_three_places_a_table_of_bugs_and_no_other_code():
    assert [*files_of_the_document()] == [
        "lab5/week10_time/README.md",
        "solutions/week10_time/server.py",
        "solutions/week10_time/README.md",
        "lab5/week10_time/server.py",
        "grader/stages/week10_time.py",
        "tests/broken/week10/expected.toml",
    ]


def test_starter_code_scores_0_and_is_told_what_to_write_first(lab):
    lines = check(lab, "lab5")
    assert "week 10  0 of 100 points" in lines
    assert "    | Nothing here yet. Write TODO 1 in server.py first, then run: make test-week10" in lines


def test_the_solution_scores_100(lab):
    assert "week 10  100 of 100 points" in check(lab, "solutions")


def test_a_planted_bug_fails_its_check_and_no_other(lab, tmp_path):
    shutil.copytree(lab / "solutions" / "week10_time", tmp_path / "bug" / "week10_time")
    program = tmp_path / "bug" / "week10_time" / "server.py"
    program.write_text(program.read_text("utf-8").replace(*SIGNED), "utf-8")
    lines = check(lab, tmp_path / "bug")
    failed = [line for line in lines if line.endswith("failed")]
    assert [line.split("  ")[1] for line in failed] == ["reads the number as the network sends it (hidden)"]
    assert "week 10  70 of 100 points" in lines


def test_every_planted_bug_keeps_its_promise(lab):
    done = run(lab, "-c", KEEPS_THEIR_PROMISES)
    assert done.stdout == "['listens_on_the_next_port', 'forgets_the_newline', 'reads_a_signed_number']\n", done.stderr


@pytest.mark.skipif(not shutil.which("make"), reason="this machine has no make")
def test_students_check_it_with_make(lab):
    command = ["make", "--old-file", ".venv/ready", "test-week10", "SUBMISSION=solutions"]
    done = subprocess.run(command, cwd=lab, capture_output=True, text=True, timeout=GENEROUS)
    assert "week 10  70 of 70 points" in done.stdout.splitlines()


def test_a_class_is_graded_and_the_gradebook_has_a_column_for_it(lab, tmp_path):
    for name, tree in (("ann", "solutions"), ("ben", "lab5")):
        shutil.copytree(lab / tree, tmp_path / "class" / name)
    done = run(
        lab, "-m", "grader", "grade", tmp_path / "class", "--weeks", 10, "--no-similarity", "--out", tmp_path / "out"
    )
    with (tmp_path / "out" / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["student"], row["week10"], row["total"]) for row in csv.DictReader(file)]
    assert rows == [("ann", "100", "100"), ("ben", "0", "0")], done.stderr


def test_it_keeps_what_holds_for_every_week(lab):
    of_weeks = "not imports and not direction and not command_line"
    done = run(lab, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", of_weeks, "tests/lab/test_layout.py")
    assert re.search(r"^\d+ passed,", done.stdout, re.MULTILINE), done.stdout[-3000:]
    assert done.returncode == 0


def test_the_stage_is_as_the_linter_wants_it(lab):
    done = run(lab, "-m", "ruff", "check", "grader/stages/week10_time.py", "solutions/week10_time")
    assert done.stdout == "All checks passed!\n"
    assert run(lab, "-m", "ruff", "format", "--check", "grader/stages/week10_time.py").returncode == 0
