"""The class as `gradebook.csv`: one row for each student, for spreadsheets and for the import of other systems."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path

from grader.grades import Grade
from grader.report.escape import for_csv

WHO = ("student", "name", "id", "email")
WHAT = ("total", "days_late", "isolation", "remarks")


def write(path: Path, grades: Iterable[Grade], weeks: Collection[int]) -> None:
    """Writes the gradebook, with a column for each of these weeks.

    A week that was not, or could not be, graded is an empty cell, never a 0.
    """
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow((*WHO, *(f"week{week}" for week in weeks), *WHAT))
        rows = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)  # text is quoted, whatever a spreadsheet splits at
        for grade in grades:
            person = grade.result.person
            rows.writerow(
                [
                    *map(for_csv, (grade.student, person.name, person.id, person.email)),
                    *(_number(grade.weeks[week].score if week in grade.weeks else None) for week in weeks),
                    _number(grade.total),
                    grade.days_late,
                    for_csv(grade.result.isolation),
                    for_csv("; ".join(grade.remarks)),
                ]
            )


def _number(score: float | None) -> float | int | str:
    if score is None:
        return ""
    return int(score) if score == int(score) else score
