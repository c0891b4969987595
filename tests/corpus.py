"""The programs on which the grader itself is graded, and what is promised of each.

tests/broken/weekN/expected.toml    planted bugs: exactly the checks that fail, and words that the failure must say
tests/unusual/weekN/expected.toml   right programs in another style: they pass everything
tests/samples.toml                  the sample class: the weeks that are handed in, and exactly the checks that fail

A program is a folder beside its table, or the solution with a change, where a week has many files: the table says
`change = [[FILE, BEFORE, AFTER], ...]`, and what stands once in the solution's file is replaced. With both, the files
of the folder are laid over those of the solution first: `change` may be empty.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from grader import stages
from grader.check import Verdict
from grader.cohort import Cohort, Plan, default_jobs
from grader.course import load
from grader.patience import measured
from grader.results import Outcome, Result
from grader.runner import with_prerequisites
from grader.sandbox.isolation import Isolation, best, none
from grader.sandbox.workspace import passed_on
from grader.store import Store
from grader.submission import Submission, find

TESTS = Path(__file__).parent
ROOT = TESTS.parent


@dataclass(frozen=True)
class Promise:
    """One program and what must become of it.

    needs   programs that the machine must have
    weeks   what the submission has; nothing of other weeks may pass. None: it is only graded for what it has.
    """

    path: Path
    fails: frozenset[str] = frozenset()
    says: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    refused: bool = False
    weeks: tuple[int, ...] | None = None

    @property
    def missing(self) -> list[str]:
        """What this machine lacks to run it."""
        return [program for program in self.needs if not shutil.which(program)]

    def asks_for(self, week: int) -> tuple[str, ...]:
        """The checks that this promise is about, and those that they build on: one of these may be at fault."""
        about = stages.load(week).select((*self.fails, *self.passes))
        return tuple(with_prerequisites(about))

    def earns(self, week: int) -> int:
        """The points of a week that is handed in, without a bonus: of what neither fails nor builds on what does."""
        not_there = self._of_programs_that_are_not_there()
        passed: set[str] = set()
        for check in stages.load(week).checks:
            if check.name not in self.fails | not_there and passed.issuperset(other.name for other in check.after):
                passed.add(check.name)
        return sum(each.points for each in stages.load(week).checks if each.name in passed and not each.stretch)

    def broken_by(self, result: Result) -> list[str]:
        """In which ways the result is not what was promised; nothing if it is."""
        if self.refused or result.refused or result.fault:
            return [] if self.refused and result.refused else [result.refused or result.fault or "it was not refused"]
        has = [week for week in result.weeks if self.weeks is None or week.week in self.weeks]
        of_others = self._of_programs_that_are_not_there()
        outcomes = [outcome for week in has for outcome in week.checks if outcome.name not in of_others]
        # Two weeks may have a check of the same name: the one that failed is the one that is meant.
        found = {outcome.name: outcome for outcome in sorted(outcomes, key=_failed)}
        faults = [f"points in week {week.week}" for week in result.weeks if week not in has and week.points]
        faults += [f"{name} is {found[name].verdict}, not passed" for name in self.passes if not _passed(found[name])]
        for name, outcome in found.items():
            if name in self.fails and outcome.verdict is not Verdict.FAILED:
                faults.append(f"{name} is {outcome.verdict}, not failed")
            if name not in self.fails and outcome.verdict in (Verdict.FAILED, Verdict.BROKEN) and not outcome.stretch:
                faults.append(f"{name} is {outcome.verdict}: expected {outcome.expected}, but {outcome.came}")
        story = " ".join(_words(found[name]) for name in self.fails if name in found).lower()
        return faults + [f"no failure says {word!r}" for word in self.says if word.lower() not in story]

    def _of_programs_that_are_not_there(self) -> set[str]:
        """The checks about the other program of a week that has two, where there is only one here."""
        weeks = [week for week in map(stages.load, stages.numbers()) if (self.path / week.name).is_dir()]
        absent = {
            (week.number, name)
            for week in weeks
            for name, subject in week.subjects.items()
            if len(week.subjects) > 1 and not _is_there(self.path / subject.program)
        }
        return {check.name for week in weeks for check in week.checks if (week.number, check.subject) in absent}


def promises(kind: str, week: int) -> dict[str, Promise]:
    """The programs in tests/KIND/weekN/, by name."""
    folder = TESTS / kind / f"week{week}"
    table = _table(folder / "expected.toml")
    return {
        name: _promise(_changed(kind, week, name) if "change" in fields else folder / name, fields)
        for name, fields in table.items()
    }


def samples() -> dict[str, Promise]:
    """The sample class, by student."""
    entries = {entry.student: entry.path for entry in find(ROOT / "grader" / "samples", stages.landmarks())}
    table = _table(TESTS / "samples.toml")
    return {name: _promise(entries[name], {"weeks": [1]} | fields) for name, fields in table.items()}


def plan(weeks: Iterable[int], isolation: Isolation | None = None) -> Plan:
    """Every check of these weeks, hidden ones too, with the deadlines of the course; in the best sandbox there is."""
    course = load()
    isolation = isolation or best(course.limits)[0] or none()
    return Plan(
        weeks=tuple(stages.load(week) for week in weeks),
        course=course,
        patience=measured(course.answer, course.silent),
        environment=passed_on(os.environ),
        isolation=isolation,
        hidden=True,
    )


def graded_each(tasks: dict[str, tuple[Path, Plan]], jobs: int = default_jobs()) -> dict[str, Result]:
    """The results of these programs, by name, each by a plan of its own; side by side, as those of one class."""
    forking = Lock()
    cohorts = {name: Cohort(how, forking=forking) for name, (_, how) in tasks.items()}  # signals: in the main thread

    def grade(name: str) -> Result:
        return cohorts[name].grade(Submission(name, tasks[name][0]))[0]

    at_once = 1 if any(how.isolation.alone for _, how in tasks.values()) else jobs
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(tasks, pool.map(grade, tasks), strict=True))


def graded(paths: dict[str, Path], how: Plan, jobs: int = default_jobs()) -> dict[str, Result]:
    """The results of these submissions, by name."""
    entries = [Submission(name, path) for name, path in paths.items()]
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder, "results.sqlite"))) as store:
        return {result.submission: result for result, _ in Cohort(how).grade_all(entries, store, jobs)}


def _is_there(program: Path) -> bool:
    return program.exists() or (program.parent / "start.sh").is_file()


@cache
def _changed(kind: str, week: int, name: str) -> Path:
    """A submission that is the week's solution with the changes of a program of this name."""
    path, part = _changes() / kind / f"week{week}" / name, stages.load(week).name
    no_bytecode = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "solutions" / part, path / part, ignore=no_bytecode)
    if (own := TESTS / kind / f"week{week}" / name).is_dir():
        shutil.copytree(own, path, dirs_exist_ok=True, ignore=no_bytecode)
    for file, before, after in _table(TESTS / kind / f"week{week}" / "expected.toml")[name]["change"]:
        text = (path / part / file).read_text("utf-8")
        if (times := text.count(before)) != 1:
            raise ValueError(f"{kind}/week{week}/{name}: what it replaces in {file} stands there {times} times")
        (path / part / file).write_text(text.replace(before, after), "utf-8")
    return path


@cache
def _changes() -> Path:
    """Where they are, as long as this process lives."""
    folder = Path(tempfile.mkdtemp(prefix="corpus-of-lab5-"))
    atexit.register(shutil.rmtree, folder)
    return folder


def _table(file: Path) -> dict[str, dict]:
    return tomllib.loads(file.read_text("utf-8"))


def _promise(path: Path, fields: dict) -> Promise:
    lists = {name: tuple(value) for name, value in fields.items() if name in ("says", "passes", "needs", "weeks")}
    return Promise(path, frozenset(fields.get("fails", ())), refused=fields.get("refused", False), **lists)


def _failed(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.FAILED


def _passed(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.PASSED


def _words(outcome: Outcome) -> str:
    story = " ".join([*outcome.transcript, outcome.expected, outcome.came, *outcome.said])
    return story.replace(f" {load().token}", "")  # tables say texts as the checks have them
