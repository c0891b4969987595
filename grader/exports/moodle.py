"""Grades for Moodle: the grading worksheet of an assignment filled in, or a table for the import of its gradebook.

A grade above the maximum is passed over in silence, or ends the import: so it is cut, and said.
After Moodle, mod/assign/feedback/offline/importgradeslib.php and grade/import/csv/classes/load_data.php.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from grader.check import Refused, Verdict
from grader.exports.sheet import Filled, Row, Sheet, Students, number, once, read, written
from grader.exports.story import title
from grader.exports.work import Work
from grader.results import Person
from grader.wording import count

NEEDED = ("Identifier", "Grade")
COMMENTS, MAXIMUM = "Feedback comments", ("Maximum grade", "Maximum Grade")
FULL = 100.0


def worksheet(template: str, works: Sequence[Work]) -> Filled:
    """The worksheet with grades and comments, all else as it was; raises Refused where it is no worksheet."""
    sheet = read(template)
    if lacking := [name for name in NEEDED if sheet.column(name) < 0]:
        raise Refused(
            f"The template has no column {lacking[0]}. Download the grading worksheet of the assignment, with Moodle "
            "in English, because its columns are called as in the language that you use it in."
        )
    works, remarks = once(works)
    students = Students(works)
    rows: list[Row] = [sheet.head]
    seen, cut = set(), 0  # cut: grades above the maximum
    for row in sheet.rows:
        work = students.find(_person(sheet, row))
        if work is None or work.percent is None:
            rows.append(row)
            continue
        seen.add(work.grade.student)
        cut += work.percent > FULL
        rows.append(_graded(sheet, row, work))
    unknown = [work.student for work in works if work.percent is not None and work.grade.student not in seen]
    return Filled(written(rows, sheet.delimiter), remarks + _remarks(unknown, cut))


def gradebook(columns: Mapping[str, Sequence[Work]]) -> Filled:
    """A table with a column for each name, in percent, for everybody by whom Moodle can know a user."""
    found, remarks = once([*{work.grade.student: work for works in columns.values() for work in works}.values()])
    works = {work.grade.student: work for work in found}
    known = [student for student, work in works.items() if any(_keys(work.grade.result.person))]
    scores = {
        (work.grade.student, name): work.percent
        for name, of_column in columns.items()
        for work in of_column
        if work.grade.student in works
    }
    rows: list[Row] = [["idnumber", "email", "username", *columns]]
    for student in known:
        cells = [scores.get((student, name)) for name in columns]
        if any(cell is not None for cell in cells):
            percents = ["" if cell is None else number(min(cell, FULL)) for cell in cells]
            rows.append([*_keys(works[student].grade.result.person), *percents])
    unknown = [work.student for student, work in works.items() if student not in known]
    cut = [percent for percent in scores.values() if percent is not None and percent > FULL]
    return Filled(written(rows), remarks + _remarks(unknown, len(cut)))


def _keys(person: Person) -> tuple[str, str, str]:
    return person.id, person.email, person.login


def _person(sheet: Sheet, row: Sequence[str]) -> Person:
    number_of = re.search(r"\d+", sheet.cell(row, "Identifier"))
    return Person(
        name=sheet.cell(row, "Full name"),
        id=sheet.cell(row, "ID number"),
        email=sheet.cell(row, "Email address"),
        login=sheet.cell(row, "Username"),
        lms=number_of[0] if number_of else "",
    )


def _graded(sheet: Sheet, row: Sequence[str], work: Work) -> Row:
    cells: list[str | int | float] = [*row, *[""] * (len(sheet.head) - len(row))]
    most = next((float(cell) for name in MAXIMUM if re.fullmatch(r"\d+(\.\d+)?", cell := sheet.cell(row, name))), FULL)
    cells[sheet.column("Grade")] = number(min(work.percent, FULL) * most / 100)
    if sheet.column(COMMENTS) >= 0:
        cells[sheet.column(COMMENTS)] = comment(work)
    return cells


def comment(work: Work) -> str:
    """What the student reads there, in a few words; Moodle takes it for HTML."""
    failed = [title(outcome) for week in work.weeks for outcome in week.checks if outcome.verdict is Verdict.FAILED]
    some = ", ".join(failed[:5]) + (f" and {len(failed) - 5:,} more" if failed[5:] else "")
    said = [*work.says, *([f"not passed: {some}"] if failed else [])]
    return html.escape("; ".join(said), quote=False) + "."


def _remarks(unknown: Sequence[str], cut: int) -> list[str]:
    remarks = []
    if unknown:
        some = ", ".join(unknown[:5]) + (" ..." if unknown[5:] else "")
        remarks.append(f"{count(len(unknown), 'student')} left out, whom Moodle would not know: {some}")
    if cut:
        remarks.append(f"{count(cut, 'grade')} above 100 percent cut, because Moodle takes none")
    return remarks
