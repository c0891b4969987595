"""`results.json`, rewritten after every check: when the time of the container runs out, what was found stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.cohort import Plan
from grader.exports import gradescope
from grader.exports.work import NO_FAULT_OF_YOURS, Work, work_of
from grader.grades import Grade, grade_of
from grader.results import Outcome, Result, WeekResult, week_result
from grader.stages import Week
from grader.submission import Submission

UNFINISHED = (
    "Grading has not ended: this is what has been found so far. If it stays so, the time for it ran out, and what is "
    "not below counted as not done."
)


class Progress:
    """What is known of one submission; the file is always whole, because it is written aside and then renamed."""

    def __init__(self, results: Path, plan: Plan, submission: Submission):
        self._results = results
        self._plan = plan
        self._submission = submission
        self._outcomes: dict[int, list[Outcome]] = {}
        self._write(Result(submission.student, plan.isolation.says), UNFINISHED)

    def heard(self, week: int, outcome: Outcome) -> None:
        """Adds an outcome."""
        self._outcomes.setdefault(week, []).append(outcome)
        weeks = tuple(map(self._so_far, self._plan.weeks))
        self._write(Result(self._submission.student, self._plan.isolation.says, weeks), UNFINISHED)

    def ended(self, result: Result) -> Work:
        """Writes the whole result."""
        return self._write(result)

    def _so_far(self, week: Week) -> WeekResult:
        """The outcomes that there are of a week, out of the points of all."""
        points = self._plan.course.points.get(week.number, {})
        full = sum(points.get(check.name, check.points) for check in self._plan.checks(week) if not check.stretch)
        done = week_result(week.number, week.title, self._outcomes.get(week.number, ()))
        return replace(done, max=full, submitted=self._submission.submitted)

    def _write(self, result: Result, unfinished: str = "") -> Work:
        work = work_of(grade_of(result, self._plan.course), self._plan.course)
        write(self._results, gradescope.results(work, unfinished))
        return work


def write_fault(results: Path) -> None:
    """Says to the student that the grader has failed before it could say anything else."""
    why = f"It could not be graded, {NO_FAULT_OF_YOURS}."
    write(results, gradescope.results(Work(Grade(Result("submission", "", fault=why), {}, None), (), None, why)))


def write(path: Path, text: str) -> None:
    """Replaces a file at once: who reads it finds the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)
