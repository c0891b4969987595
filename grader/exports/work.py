"""What of a student's grade one assignment of another system is about: a week, some weeks, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.course import Course
from grader.grades import Grade
from grader.report.escape import for_terminal
from grader.results import WeekResult
from grader.wording import count

NO_FAULT_OF_YOURS = "by a fault of the grader, which is no fault of yours; your instructor can have it done again"


@dataclass(frozen=True)
class Work:
    """One student's weeks, with the score that they have together.

    percent   with what the course says of late work and of the bonus; None where it could not be graded
    why       then why not, in a sentence
    """

    grade: Grade
    weeks: tuple[WeekResult, ...]
    percent: float | None
    why: str = ""

    @property
    def student(self) -> str:
        """Whose it is, in one harmless line."""
        return for_terminal(self.grade.student)

    @property
    def is_refused(self) -> bool:
        """Whether the submission is to blame that it could not be graded: the student can hand in another one."""
        return self.percent is None and bool(self.grade.result.refused)

    @property
    def max(self) -> int:
        """Full marks in points."""
        return sum(week.max for week in self.weeks)

    @property
    def points(self) -> float | None:
        """The score in points; None where it could not be graded."""
        return None if self.percent is None else round(self.percent * self.max / 100, 2)

    @property
    def says(self) -> list[str]:
        """What the student should know of it all, a harmless line each: the score first, or why there is none."""
        first = self.why if self.percent is None else f"{self.points:g} of {count(self.max, 'point')}"
        lines = [first, *self.grade.result.remarks]
        for week in self.weeks if self.percent is not None else ():
            if not week.handed_in:
                lines.append(f"week {week.week}: not handed in")
            lines += week.remarks
            lines += filter(None, [self.grade.weeks[week.week].says])
        return [for_terminal(line) for line in lines]


def work_of(grade: Grade, course: Course, numbers: Sequence[int] = ()) -> Work:
    """These weeks of a grade, or all that there are."""
    weeks = tuple(week for week in grade.result.weeks if week.max and (not numbers or week.week in numbers))
    why = _why_not(grade, weeks, numbers)
    if why:
        return Work(grade, weeks, None, why)
    scores = {week.week: grade.weeks[week.week].score for week in weeks}
    percent = next(iter(scores.values())) if len(scores) == 1 else course.mean(scores)
    return Work(grade, weeks, percent, "" if percent is not None else "None of its weeks has a weight.")


def _why_not(grade: Grade, weeks: Sequence[WeekResult], numbers: Sequence[int]) -> str:
    """Why these weeks of a grade have no score; empty where they have one."""
    graded = {week.week for week in weeks}
    lacking = [number for number in numbers if number not in graded]
    broken = [number for number in sorted(graded) if number not in grade.weeks]
    if lacking or not numbers:  # what was graded before is still true of weeks that are asked for by number
        if grade.result.refused:
            return f"It could not be graded. {grade.result.refused}"
        if grade.result.fault:
            return f"It could not be graded, {NO_FAULT_OF_YOURS}."
    if broken:
        return f"Week {broken[0]} could not be graded, {NO_FAULT_OF_YOURS}."
    if lacking:
        return f"Week {lacking[0]} has not been graded."
    return "" if weeks else "Nothing of it has been graded."
