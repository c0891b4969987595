"""The lab proved by its own checks: starter code scores 0, a solution scores all, and a week's points sum to 100.

Each tree is checked by the command that a student types, in a process of its own; several run side by side.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from grader.check import Check, Refused, Verdict
from grader.results import Outcome, Result, WeekResult
from grader.stages import Week

ROOT = Path(__file__).parents[1]
FULL_MARKS = 100


@dataclass(frozen=True)
class Trial:
    """One week of a tree, and what must become of it.

    lab          the folder of the grader that checks it
    is_complete  whether it is a solution, which scores all; starter code scores 0
    checks       exactly these are to be had, where this machine can do them
    """

    lab: Path
    tree: Path
    week: Week
    is_complete: bool
    checks: tuple[Check, ...]

    @property
    def says(self) -> str:
        """What is tried, in words."""
        return f"week {self.week.number}, {'solution' if self.is_complete else 'starter code'}"


@dataclass(frozen=True)
class Finding:
    """What has become of a trial: the points, and what is wrong, which is nothing where all is well."""

    trial: Trial
    points: int
    of: int
    faults: tuple[str, ...]


def trials(weeks: Sequence[Week], lab: Path = ROOT) -> list[Trial]:
    """What is tried of the lab itself."""
    trees = (("lab5", False), ("solutions", True))
    return [Trial(lab, lab / tree, week, complete, week.checks) for week in weeks for tree, complete in trees]


def wrong_points(week: Week) -> str:
    """What is wrong with the sum of a week's points, or nothing."""
    return "" if week.points == FULL_MARKS else f"its points sum to {week.points}, not to {FULL_MARKS}"


def run(trials: Sequence[Trial]) -> Iterator[Finding]:
    """Yields each finding as it comes; whatever happens, it ends with no program left running."""
    running: list[subprocess.Popen] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = [pool.submit(_finding, trial, running) for trial in trials]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in running:
                process.terminate()
            raise


def _finding(trial: Trial, running: list[subprocess.Popen]) -> Finding:
    week = _checked(trial, running)
    return Finding(trial, week.points, week.max, tuple(_faults(trial, week)))


def _checked(trial: Trial, running: list[subprocess.Popen]) -> WeekResult:
    what = ("--week", str(trial.week.number), "--hidden", "--json", "-")
    command = [sys.executable, "-m", "grader", "check", str(trial.tree), *what]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=trial.lab, stdout=pipe, stderr=pipe, encoding="utf-8") as process:
        running.append(process)
        said, complaint = process.communicate()
    if not said:
        raise Refused(f"{trial.says}: it could not be checked. {complaint.strip()}")
    return Result.from_json(said).weeks[0]


def _faults(trial: Trial, week: WeekResult) -> Iterator[str]:
    found = {outcome.name for outcome in week.checks}
    for check in trial.checks:
        if check.name not in found and not (check.needs_address or check.needs_terminal):
            yield f"{check.name} is not there"
    for name in sorted(found - {check.name for check in trial.checks}):
        yield f"{name} is there, and should not be"
    for outcome in week.checks:
        if trial.is_complete and not outcome.stretch and outcome.verdict is not Verdict.PASSED:
            yield f"{outcome.name} is {_why(outcome)}"
        if not trial.is_complete and (outcome.points or outcome.verdict is Verdict.BROKEN):
            yield f"{outcome.name} is {_why(outcome)}"


def _why(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.PASSED:
        return f"passed, for {outcome.points} points"
    return f"{outcome.verdict}: expected {outcome.expected}, but {outcome.came}"
