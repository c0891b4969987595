"""The class as `gradebook.csv`: one row for each student, for spreadsheets and for the import of other systems."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable
from pathlib import Path

from grader.check import Verdict
from grader.course import WEEKS, Course
from grader.report.escape import for_csv
from grader.results import Result

COLUMNS = ("student", *(f"week{week}" for week in WEEKS), "total", "isolation", "remarks")


def write(path: Path, results: Iterable[Result], course: Course) -> None:
    """Writes the gradebook; a week that was not, or could not be, graded is an empty cell, never a 0."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(COLUMNS)
        rows = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # text is quoted, whatever a spreadsheet splits at
        for result in results:
            scores = scores_of(result, course)
            total = course.total(scores)
            rows.writerow(
                [
                    for_csv(result.submission),
                    *(_number(scores.get(week)) for week in WEEKS),
                    _number(total),
                    for_csv(result.isolation),
                    for_csv("; ".join(remarks_of(result))),
                ]
            )


def _number(score: float | None) -> float | int | str:
    if score is None:
        return ""
    return int(score) if score == int(score) else score


def scores_of(result: Result, course: Course) -> dict[int, float]:
    """The scores of the weeks that could be graded, in percent."""
    return {week.week: course.score(week.percent) for week in result.weeks if week.max and not week.broken}


def remarks_of(result: Result) -> list[str]:
    """What an instructor should know about this row."""
    remarks = [sentence for sentence in (result.refused, result.fault) if sentence]
    remarks += result.remarks
    for week in result.weeks:
        if week.broken:
            names = ", ".join(outcome.name for outcome in week.checks if outcome.verdict is Verdict.BROKEN)
            remarks.append(f"week {week.week} could not be graded, by a fault of the grader: {names}")
        elif not week.handed_in:
            remarks.append(f"week {week.week}: not handed in")
        elif not week.points:
            failed = (outcome for outcome in week.checks if outcome.verdict is Verdict.FAILED)
            remarks += [f"week {week.week}: {outcome.came}" for outcome in itertools.islice(failed, 1)]
        remarks += week.remarks
    return remarks
