"""The class for its instructor, `report/index.html`: who needs a look, what went wrong most, scores, checks, students.

Tables can be put in another order without a script: each order is a table of its own, and a radio button shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from grader.course import Course
from grader.grades import Grade
from grader.report import class_charts, pages
from grader.report.class_failures import Group
from grader.report.class_look import reasons
from grader.report.class_numbers import (
    COLUMNS,
    CheckOfClass,
    Spread,
    checks_of,
    could_not_be_graded,
    spread_of_totals,
    spread_of_week,
    week_of,
    weeks_of,
)
from grader.results import Pair
from grader.wording import count

MOST_COMMON = 5  # failures to talk about in class: as many as a lesson has room for
MARKS = ((100, "●"), (75, "◕"), (50, "◑"), (25, "◔"), (0, "○"))  # of a score, from this percentage on
NOT_HANDED_IN, NOT_GRADED = ("–", "not handed in"), ("!", "not graded")


class Common(NamedTuple):
    """One of the failures that most students have."""

    check: CheckOfClass
    group: Group


class Mark(NamedTuple):
    """A student's week: a sign, and what it says; `is_score` where that is a number."""

    sign: str
    says: str
    is_score: bool = True


class Row(NamedTuple):
    """A student in the table."""

    grade: Grade
    marks: tuple[Mark, ...]


class Order(NamedTuple):
    """One order of a table: by which column, and which way."""

    name: str
    column: str
    way: str
    rows: tuple


def page(grades: Sequence[Grade], course: Course, *, absent: Sequence[Grade] = (), pairs: Iterable[Pair] = ()) -> str:
    """The whole page, in one file. The same grades give the same bytes.

    absent  who is in the class and has handed in nothing: they have no page of their own
    """
    everybody = sorted([*grades, *absent], key=lambda grade: grade.student)
    weeks = weeks_of(everybody)
    checks = checks_of(grades)
    totals = spread_of_totals(everybody)
    spreads = [spread_of_week(everybody, number) for number in weeks]
    return pages.page(
        "class",
        title=course.title,
        size=len(everybody),
        weeks=weeks,
        totals=totals,
        spreads=spreads,
        columns=COLUMNS,
        charts=[*_progress(spreads), *_distributions(totals, spreads)],
        reasons=reasons(everybody, pairs),
        common=_most_common(checks),
        checks=checks,
        orders_of_checks=_orders_of_checks(checks),
        orders_of_students=_orders_of_students([_row(grade, weeks) for grade in everybody]),
        names={grade.student: grade.result.person.name or grade.student for grade in everybody},
        addresses={grade.student: pages.feedback_of(grade.student) for grade in grades},
    )


def _progress(spreads: Sequence[Spread]) -> Iterator[tuple[str, Markup]]:
    known = [spread for spread in spreads if spread.quartiles]
    if len(known) > 1:
        medians = ", ".join(f"{spread.name} {spread.quartiles[1]:g}" for spread in known)
        chart = class_charts.progress(
            "progress",
            f"Median of each week in percent: {medians}.",
            [spread.name for spread in known],
            [spread.quartiles for spread in known],
        )
        yield "From week to week: median and middle half", chart


def _distributions(totals: Spread, spreads: Sequence[Spread]) -> Iterator[tuple[str, Markup]]:
    for spread in [totals, *spreads]:
        if spread.scores:
            name = spread.name or "total"
            found = [f"{number} at {label}" for label, number in zip(COLUMNS, spread.columns, strict=True) if number]
            says = f"Students by {name} in percent: {', '.join(found)}."
            chart = class_charts.columns(name.replace(" ", "-"), says, COLUMNS, spread.columns)
            yield f"{name[0].upper()}{name[1:]}: {count(len(spread.scores), 'student')}", chart


def _most_common(checks: Iterable[CheckOfClass]) -> list[Common]:
    """What most students have in common; a bonus that few try for is not among it, nor what one alone has done."""
    found = [Common(check, group) for check in checks if not check.outcome.stretch for group in check.failures]
    several = [common for common in found if len(common.group.students) > 1]
    return sorted(several, key=lambda common: -len(common.group.students))[:MOST_COMMON]


def _row(grade: Grade, weeks: Iterable[int]) -> Row:
    return Row(grade, tuple(_mark(grade, number) for number in weeks))


def _mark(grade: Grade, number: int) -> Mark:
    week = week_of(grade, number)
    if week and week.handed_in and number in grade.weeks:
        score = grade.weeks[number].score
        return Mark(next(sign for least, sign in MARKS if score >= least), f"{score:g}")
    if could_not_be_graded(grade) or (week and week.handed_in):
        return Mark(*NOT_GRADED, is_score=False)
    return Mark(*NOT_HANDED_IN, is_score=False)


def _orders_of_checks(checks: Sequence[CheckOfClass]) -> list[Order]:
    return [
        _order(checks, "most failures first", "failed", lambda check: -check.failed),
        _order(checks, "fewest passes first", "passed", lambda check: check.percent),
        Order("as in the handouts", "week", "ascending", tuple(checks)),
    ]


def _orders_of_students(rows: Sequence[Row]) -> list[Order]:
    orders = [
        Order("by name", "student", "ascending", tuple(rows)),
        _order(rows, "lowest total first", "total", lambda row: (row.grade.total is not None, row.grade.total or 0)),
        _order(rows, "highest total first", "total", lambda row: -(row.grade.total or 0)),
    ]
    if any(row.grade.days_late for row in rows):
        orders.append(_order(rows, "latest first", "days late", lambda row: -row.grade.days_late))
    return orders


def _order(rows: Sequence, name: str, column: str, key: Callable) -> Order:
    """Rows by a key; the name says which way, and equal ones stay as they were."""
    way = "ascending" if name.startswith(("fewest", "lowest")) else "descending"
    return Order(name, column, way, tuple(sorted(rows, key=key)))
