"""From verdicts to grades: points as the course gives them, late work, the bonus, the weighted total.

Nothing is run here. What was graded once is graded again by other points, dates or weights in a moment.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from grader.check import Verdict
from grader.course import Course
from grader.results import Outcome, Result, WeekResult, week_result
from grader.stages import Week
from grader.wording import count

# What the same failure says otherwise in each run; a grader that was killed and goes on gives the same gradebook.
VARIES = re.compile(r"(?<=\bport )[2-6]\d{4}\b|\b0x[0-9a-f]{8,}\b")


@dataclass(frozen=True)
class WeekGrade:
    """A week's score as it counts.

    earned     percent, without what being late costs, the bonus capped
    score      percent, in the end
    days_late  how late it came; `days_free` of these days cost nothing
    """

    week: int
    earned: float
    score: float
    days_late: int = 0
    days_free: int = 0

    @property
    def says(self) -> str:
        """In words what being late has cost; empty where it was not late."""
        if not self.days_late:
            return ""
        free = f", {self.days_free} of them free" if self.days_free else ""
        cost = f": {self.earned:g} became {self.score:g}" if self.score != self.earned else ""
        return f"week {self.week}: {count(self.days_late, 'day')} late{free}{cost}"


@dataclass(frozen=True)
class Grade:
    """What a student gets: the weeks that could be graded, and the total, None where there are none."""

    result: Result
    weeks: dict[int, WeekGrade]
    total: float | None

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.result.submission

    @property
    def days_late(self) -> int:
        """Of all weeks together."""
        return sum(week.days_late for week in self.weeks.values())

    @property
    def remarks(self) -> list[str]:
        """What an instructor should know about it."""
        remarks = [sentence for sentence in (self.result.refused, self.result.fault) if sentence]
        remarks += self.result.remarks
        for week in self.result.weeks:
            remarks += _remarks(week)
        return remarks + [week.says for week in self.weeks.values() if week.says]


def grade_of(result: Result, course: Course) -> Grade:
    """The grade of one submission; a week at which the grader failed is in none of its numbers."""
    weeks, free_days = {}, int(course.late.free_days)
    for week in result.weeks:
        if week.max and not week.broken:
            weeks[week.week] = grade = _graded(week, course, free_days)
            free_days -= grade.days_free
    return Grade(result, weeks, course.total({week: grade.score for week, grade in weeks.items()}))


def evaluated(result: Result, weeks: Iterable[Week], course: Course) -> Result:
    """The same verdicts with the points and the words that these weeks and the course have now."""
    known = {week.number: week for week in weeks}
    return replace(
        result,
        weeks=tuple(
            _evaluated(week, known[week.week], course) if week.week in known else week for week in result.weeks
        ),
    )


def as_given(outcome: Outcome, week: Week, course: Course) -> Outcome:
    """The same verdict with the points and the words of its check as the week and the course have it now."""
    check = next((check for check in week.checks if check.name == outcome.name), None)
    if check is None:  # it is no longer in the week, and keeps what it had
        return outcome
    points = course.points.get(week.number, {}).get(check.name, check.points)
    return replace(
        outcome,
        points=points if outcome.verdict is Verdict.PASSED else 0,
        max=points,
        teaches=check.teaches,
        hint=check.hint,
        stretch=check.stretch,
    )


def _evaluated(result: WeekResult, week: Week, course: Course) -> WeekResult:
    outcomes = [as_given(outcome, week, course) for outcome in result.checks]
    again = week_result(week.number, week.title, outcomes, result.remarks, handed_in=result.handed_in)
    return replace(again, submitted=result.submitted)


def _graded(week: WeekResult, course: Course, free_days: int) -> WeekGrade:
    earned = course.score(week.percent)
    due = course.due.get(week.week)
    if not due or not week.submitted or not week.handed_in:
        return WeekGrade(week.week, earned, earned)
    days = course.late.days(due, datetime.fromisoformat(week.submitted))
    free = min(days, free_days)
    if not earned or course.late.share_lost(days, free) == 1:
        free = 0  # they would gain nothing here, and later perhaps something
    return WeekGrade(week.week, earned, round(earned * (1 - course.late.share_lost(days, free)), 2), days, free)


def _remarks(week: WeekResult) -> list[str]:
    remarks = []
    if week.broken:
        names = ", ".join(outcome.name for outcome in week.checks if outcome.verdict is Verdict.BROKEN)
        remarks.append(f"week {week.week} could not be graded, by a fault of the grader: {names}")
    elif not week.handed_in:
        remarks.append(f"week {week.week}: not handed in")
    elif not week.points:
        failed = (outcome for outcome in week.checks if outcome.verdict is Verdict.FAILED)
        remarks += [f"week {week.week}: {VARIES.sub('...', outcome.came)}" for outcome in itertools.islice(failed, 1)]
    return remarks + list(week.remarks)
