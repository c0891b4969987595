"""A gradebook for Canvas: one that Canvas has exported, cut down to the columns of the weeks, with their scores.

Only rows with a score are in it, and only columns of ours, because an import overwrites what is there.
After instructure/canvas-lms, lib/gradebook_importer.rb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.check import Refused
from grader.exports.sheet import Filled, Row, Sheet, Students, number, once, read, written
from grader.exports.work import Work
from grader.results import Person
from grader.wording import count

ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<id>\d+)\)", re.DOTALL)  # a header that Canvas knows again
POINTS = "points possible"
PERCENT = 100.0  # the points of an assignment that says none


class Column(NamedTuple):
    """What goes into one column, which `assignment` names by its id or its title; empty: “Week N” is in its title."""

    week: int
    assignment: str
    works: Sequence[Work]


def filled(template: str, columns: Sequence[Column]) -> Filled:
    """The table to import; raises Refused where the template is none of Canvas's, or has no place for a score."""
    sheet = read(template)
    identity = _identity(sheet)
    columns, remarks = _once(columns)
    places: dict[int, Column] = {}
    for column in columns:
        place = _place(sheet, column, identity)
        if place in places:
            raise Refused(
                f"The template has one assignment for week {places[place].week} and week {column.week}, "
                f"{sheet.head[place]!r}: export one of them, with --week, or name others with --assignment."
            )
        if place is not None:
            places[place] = column
    if not places:
        titles = " or ".join(f"“Week {column.week}”" for column in columns)
        raise Refused(f"The template has no assignment with {titles} in its title. Name one with --assignment.")
    possible = {place: _points(sheet, place) for place in places}
    rows: list[Row] = [[*sheet.head[:identity], *(sheet.head[place] for place in places)]]
    rows += [_only(row, identity, places) for row in sheet.rows if _is_points(row)]
    students = {place: Students(column.works) for place, column in places.items()}
    seen: set[str] = set()
    for row in sheet.rows:
        scores = {place: work for place, each in students.items() if (work := each.find(_person(sheet, row)))}
        seen |= {work.grade.student for work in scores.values()}
        cells = [_score(scores.get(place), possible[place]) for place in places]
        if any(cell != "" for cell in cells) and not _is_points(row):
            rows.append([*_padded(row, identity), *cells])
    return Filled(written(rows, sheet.delimiter), remarks + _remarks(list(places.values()), seen, len(columns)))


def _once(columns: Sequence[Column]) -> tuple[list[Column], list[str]]:
    """The columns without students who have two rows, and what is to be said of these."""
    found = [(column, *once(column.works)) for column in columns]
    remarks = dict.fromkeys(remark for _, _, said in found for remark in said)
    return [column._replace(works=works) for column, works, _ in found], [*remarks]


def _identity(sheet: Sheet) -> int:
    """How many columns say who it is: up to the one that is called Section."""
    ends = [place for place, head in enumerate(sheet.head) if "Section" in head]
    if len(sheet.head) < 2 or "Student" not in sheet.head[0] or "ID" not in sheet.head[1] or not ends:
        raise Refused("The template is no gradebook of Canvas: its first row begins with Student, ID, ..., Section.")
    return ends[0] + 1


def _place(sheet: Sheet, column: Column, identity: int) -> int | None:
    same = [place for place in range(identity, len(sheet.head)) if _is_meant(sheet.head[place], column)]
    named = f"assignment {column.assignment!r}" if column.assignment else f"assignment with “Week {column.week}” in it"
    if len(same) > 1:
        raise Refused(f"The template has more than one {named}: name one by its number, as --assignment 12345.")
    if not same and column.assignment:
        raise Refused(f"The template has no {named}. It has: {', '.join(sheet.head[identity:]) or 'none'}.")
    return same[0] if same else None


def _is_meant(head: str, column: Column) -> bool:
    match = ASSIGNMENT.fullmatch(head.strip())
    if not match:  # also Canvas's own sums, as “Final Score”
        return False
    if column.assignment:
        return column.assignment in (match["id"], match["title"].strip(), head.strip())
    return bool(re.search(rf"\bweek\s*0*{column.week}\b", match["title"], re.IGNORECASE))


def _is_points(row: Sequence[str]) -> bool:
    return bool(row) and POINTS in row[0].casefold()


def _points(sheet: Sheet, place: int) -> float:
    """What an assignment gives in Canvas."""
    for row in filter(_is_points, sheet.rows):
        with_point = row[place].replace(",", ".") if place < len(row) else ""
        if re.fullmatch(r"\s*\d+(\.\d+)?\s*", with_point) and float(with_point):
            return float(with_point)
    return PERCENT


def _person(sheet: Sheet, row: Sequence[str]) -> Person:
    login = sheet.cell(row, "SIS Login ID")
    return Person(
        name=row[0] if row else "",
        id=sheet.cell(row, "SIS User ID"),
        email=login if "@" in login else "",
        login=login,
        lms=sheet.cell(row, "ID"),
    )


def _score(work: Work | None, possible: float) -> int | float | str:
    """Empty changes nothing in Canvas: there is no score, or none yet."""
    return "" if work is None or work.percent is None else number(work.percent * possible / 100)


def _only(row: Sequence[str], identity: int, places: dict) -> list[str]:
    return [*_padded(row, identity), *(row[place] if place < len(row) else "" for place in places)]


def _padded(row: Sequence[str], length: int) -> list[str]:
    return [*row[:length], *[""] * (length - len(row))]


def _remarks(columns: Sequence[Column], seen: set[str], asked: int) -> list[str]:
    works = {work.grade.student: work for column in columns for work in column.works if work.percent is not None}
    unknown = sorted(works[student].student for student in works.keys() - seen)
    remarks = []
    if unknown:
        some = ", ".join(unknown[:5]) + (" ..." if unknown[5:] else "")
        remarks.append(f"{count(len(unknown), 'student')} not found in the template: {some}")
    if len(columns) < asked:
        remarks.append(f"columns for {count(len(columns), 'week')} of {asked} found in the template")
    return remarks
