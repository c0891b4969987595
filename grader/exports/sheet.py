"""A table that another system has made: read, filled in for the people in it, and written without a formula."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.check import Refused
from grader.exports.work import Work
from grader.report.escape import for_csv
from grader.results import Person
from grader.roster import KEYS, Roster, compared

Row = Sequence[str | int | float]
LONGEST_CELL = 1 << 24  # characters: a text that a student has typed in can stand in a table


class Sheet(NamedTuple):
    """The first row with a name for each column, and the rows below it; what stood between two cells."""

    head: list[str]
    rows: list[list[str]]
    delimiter: str

    def column(self, name: str) -> int:
        """Where the column of this name is; -1 where there is none."""
        names = [head.strip().casefold() for head in self.head]
        return names.index(name.casefold()) if name.casefold() in names else -1

    def cell(self, row: Sequence[str], name: str) -> str:
        """What stands in a column of a row; empty where there is no such column."""
        place = self.column(name)
        return row[place].strip() if 0 <= place < len(row) else ""


class Filled(NamedTuple):
    """A table with grades in it, and what an instructor should know about it."""

    text: str
    remarks: list[str]


def read(text: str) -> Sheet:
    """A table as CSV, between whose cells are commas, semicolons or tabs; raises Refused."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    usual = csv.field_size_limit(LONGEST_CELL)  # it is one for all of Python
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refused(f"The template is no table as CSV: {error}.") from None
    finally:
        csv.field_size_limit(usual)
    if not rows:
        raise Refused("The template is empty.")
    return Sheet(rows[0], rows[1:], delimiter)


def written(rows: Iterable[Row], delimiter: str = ",") -> str:
    """The rows as CSV: text is quoted, whatever a spreadsheet splits at, and made harmless; numbers stay numbers."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([for_csv(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()


def number(score: float) -> int | float:
    """A score as people write it: 80, 66.67."""
    rounded = round(score, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def once(works: Sequence[Work]) -> tuple[list[Work], list[str]]:
    """The works without those of students who have two rows, and a remark about these: nobody guesses which counts."""
    keys = {work.grade.student: _keys(work) for work in works}
    times = Counter(key for of_one in keys.values() for key in of_one)
    twice = {student for student, of_one in keys.items() if any(times[key] > 1 for key in of_one)}
    remarks = [f"handed in more than once, left out: {', '.join(sorted(twice))}"] if twice else []
    return [work for work in works if work.grade.student not in twice], remarks


class Students:
    """Graded students, to be found by what another system says of a user; it never guesses who somebody is."""

    def __init__(self, works: Iterable[Work]):
        self._works = {_known(work): work for work in works}
        self._roster = Roster(self._works)

    def find(self, claim: Person) -> Work | None:
        """The work of the one student whom this can be."""
        person = self._roster.find(claim)
        return self._works[person] if person else None


def _known(work: Work) -> Person:
    """Who a student is; where nothing at all is known, the name of the submission has to do."""
    person = work.grade.result.person
    return person if person != Person() else Person(work.grade.student)


def _keys(work: Work) -> list[tuple[str, str]]:
    """What is one student's alone."""
    person = _known(work)
    keys = [(field, compared(value)) for field in KEYS if (value := getattr(person, field))]
    return keys or [("name", compared(person.name))]
