"""Small classes for tests of what is made of a class: grades of students, of whom each has some weeks."""

from dataclasses import replace

from grader import course
from grader.check import Verdict
from grader.grades import Grade, grade_of
from grader.results import Outcome, Result, WeekResult, week_result
from tests.outcomes import PASSED

COURSE = course.load()
FAILED = replace(PASSED, verdict=Verdict.FAILED, points=0, expected="b'1'", came="nothing came")
BLOCKED = replace(PASSED, verdict=Verdict.BLOCKED, points=0, transcript=(), came="“listens” has not passed")
BROKEN = replace(PASSED, verdict=Verdict.BROKEN, points=0, came="it failed: KeyError()")


def named(name: str, outcome: Outcome) -> Outcome:
    """The outcome of another check."""
    return replace(outcome, name=name, title=name.replace("_", " "))


def week(number: int, *outcomes: Outcome, handed_in: bool = True) -> WeekResult:
    """A week with these outcomes."""
    return week_result(number, f"title {number}", outcomes, handed_in=handed_in)


def graded(student: str, *weeks: WeekResult, **fields: object) -> Grade:
    """The grade of a student who has these weeks."""
    return grade_of(Result(student, "full", weeks, **fields), COURSE)
