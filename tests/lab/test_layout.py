"""The lab as a whole: the same week in three places, starter code that starts, solutions that are complete."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader import stages
from grader.check import Verdict
from grader.results import Result
from grader.runner import with_prerequisites
from tests.corpus import ROOT, graded_each, plan, promises

WEEKS = [stages.load(number) for number in stages.numbers()]
CHECKS = [pytest.param(week, check, id=f"{week.name}-{check.name}") for week in WEEKS for check in week.checks]
EACH_WEEK = pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.name)
# What each part of the grader may import of it; `stages` reads like the handout and so imports the least.
MAY_IMPORT = {
    "check": set(),
    "clock": set(),
    "patience": {"clock"},
    "wording": set(),
    "sandbox": {"check", "clock", "patience", "sandbox", "wording"},
    "wire": set(),
    "reference": {"check", "reference", "wire"},
    "peers": {"check", "patience", "sandbox", "peers", "wire", "wording"},
    "stages": {"check", "peers", "reference"},
    "results": {"check"},
    "intake": {"check"},
    "submission": {"check", "intake", "results"},
    "course": {"check", "sandbox", "stages"},
    "grades": {"check", "course", "results", "stages", "wording"},
    "changes": {"check", "grades"},
    "roster": {"check", "results"},
    "handed_in": {"check", "handed_in", "intake", "results", "roster", "submission"},
    "store": {"check", "results"},
    "runner": {"check", "patience", "results", "sandbox", "stages"},
    "cohort": {
        "check",
        "course",
        "grades",
        "patience",
        "results",
        "runner",
        "sandbox",
        "stages",
        "store",
        "submission",
    },
    "similar": {"check", "results", "sandbox", "similar", "stages", "submission", "wording"},
    "verify": {"check", "results", "stages"},
    "handout": {"check", "course", "handout", "intake", "stages", "verify"},
    "job": {"check", "results", "sandbox", "wording"},
    "elsewhere": {"check", "job", "results", "sandbox", "stages", "wording"},
    "report": {"changes", "check", "course", "grades", "report", "results", "wording"},
    "autograder": {"autograder", "check", "cohort", "course", "exports", "grades", "results", "stages", "submission"},
    "exports": {"check", "course", "exports", "grades", "report", "results", "roster", "wording"},
}
LEFT_TO_STUDENTS = {"answers_hello_over_udp"}  # stretch checks that no solution passes, nor what builds on them
FRONT_ENDS = {"__main__", "commands", "pytest_plugin"}


def files_below(folder: str) -> set[str]:
    """The files of a tree, by name; what Python leaves behind does not count."""
    found = (ROOT / folder).rglob("*")
    return {path.relative_to(ROOT / folder).as_posix() for path in found if path.is_file() and path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    """The starter code and the solutions, each week of them graded."""
    trees, plans = ("lab5", "solutions"), {number: plan([number]) for number in stages.numbers()}
    return graded_each({f"{tree} {number}": (ROOT / tree, how) for tree in trees for number, how in plans.items()})


@EACH_WEEK
def test_a_week_stands_in_three_places(week):
    assert (ROOT / "lab5" / week.folder).is_dir()
    assert (ROOT / "solutions" / week.folder).is_dir()
    assert (ROOT / "lab5" / week.folder / "README.md").is_file()


def test_solutions_mirror_lab5():
    assert files_below("lab5") == files_below("solutions")


@EACH_WEEK
def test_starter_code_has_numbered_todos_from_1(week):
    for subject in week.subjects.values():
        program = ROOT / "lab5" / subject.program
        files = sorted(program.rglob("*.py")) if program.is_dir() else [program]  # of a package: in any of them
        found = [re.findall(r"TODO (\d+):", file.read_text("utf-8")) for file in files]
        numbers = [int(number) for each in found for number in each]
        assert (sorted(numbers) if program.is_dir() else numbers) == list(range(1, len(numbers) + 1)) != []


def test_solutions_have_no_todo():
    assert [path for path in (ROOT / "solutions").rglob("*.py") if "TODO" in path.read_text("utf-8")] == []


def test_no_program_of_the_lab_imports_the_grader():
    for path in [*(ROOT / "lab5").rglob("*.py"), *(ROOT / "solutions").rglob("*.py")]:
        assert "grader" not in imported(path), path


@pytest.mark.parametrize("number", stages.numbers())
def test_starter_code_scores_0(results, number):
    (week,) = results[f"lab5 {number}"].weeks
    assert week.points == 0


@pytest.mark.parametrize("number", stages.numbers())
def test_solutions_pass_every_check(results, number):
    (week,) = results[f"solutions {number}"].weeks
    left = [check.name for check in stages.load(number).checks if with_prerequisites([check]) & LEFT_TO_STUDENTS]
    missed = [outcome for outcome in week.checks if outcome.verdict is not Verdict.PASSED]
    assert [outcome.name for outcome in missed] == left
    assert all(outcome.stretch for outcome in missed)


@EACH_WEEK
def test_points_of_a_week_sum_to_100(week):
    assert week.points == 100


@pytest.mark.parametrize(("week", "check"), CHECKS)
def test_a_check_says_requirement_concept_and_hint(week, check):
    assert check.requirement.endswith(".")
    assert check.teaches.endswith(".")
    assert check.hint


@pytest.mark.parametrize(("week", "check"), CHECKS)
def test_a_check_is_short_enough_to_read_like_the_handout(week, check):
    tree = ast.parse(Path(check.converse.__code__.co_filename).read_text("utf-8"))
    function = next(node for node in tree.body if getattr(node, "name", "") == check.name)
    assert function.end_lineno - function.lineno + 1 <= 15


@pytest.mark.parametrize(("week", "check"), CHECKS)
def test_a_check_is_failed_by_a_planted_bug(week, check):
    bugs = [name for name, promise in promises("broken", week.number).items() if check.name in promise.fails]
    assert bugs != []


def imported(path: Path) -> set[str]:
    """The dotted names that a module imports, and for `from grader import x` also `grader.x`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_go_in_one_direction(part):
    place = ROOT / "grader" / part
    for path in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
        parts = {name.split(".")[1] for name in imported(path) if name.startswith("grader.")}
        assert parts <= MAY_IMPORT[part], path


def test_every_part_of_the_grader_has_its_direction():
    modules = {
        path.stem for path in (ROOT / "grader").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert modules - {"__init__"} == MAY_IMPORT.keys() | FRONT_ENDS


AS_ON_WINDOWS = """
import asyncio, os, signal, sys
import click, concurrent.futures, psutil, rich.console, rich.progress, socket, subprocess, tarfile, tempfile, zipfile
import zoneinfo
for name in ("fcntl", "pty", "resource", "termios"):
    sys.modules[name] = None
for name in ("SIGKILL", "SIGHUP"):
    delattr(signal, name)
for name in ("fchmod", "geteuid", "getuid", "killpg", "memfd_create", "pidfd_open"):
    delattr(os, name)
sys.platform = "win32"
import grader.__main__
from grader.sandbox import isolation, limits
assert isolation.best(limits.Limits()) == (None, [])
"""


def test_the_command_line_starts_where_there_is_nothing_of_linux():
    subprocess.run([sys.executable, "-c", AS_ON_WINDOWS], cwd=ROOT, check=True)
