"""The class in numbers: how scores spread, which checks are hard, and how it goes from week to week."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.check import Verdict
from grader.grades import Grade
from grader.report.class_failures import Group, groups
from grader.results import Outcome, WeekResult

STEP = 10  # percent: the width of a column of a distribution
COLUMNS = (*(f"{low}–{low + STEP - 1}" for low in range(0, 100, STEP)), "100+")


@dataclass(frozen=True)
class Spread:
    """How the scores of one week, or the totals, spread.

    name        of the week; empty for the totals
    scores      percent, of those who were graded, in ascending order
    not_graded  who could not be, by the grader's or the archive's fault
    missing     who has not handed it in
    """

    name: str
    scores: tuple[float, ...]
    not_graded: int
    missing: int

    @property
    def columns(self) -> tuple[int, ...]:
        """How many scores are in each of COLUMNS; the last has full marks and more."""
        counts = [0] * len(COLUMNS)
        for score in self.scores:
            counts[min(int(score // STEP), len(COLUMNS) - 1)] += 1
        return tuple(counts)

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """A quarter of the class has at most the first, half of it the second, three quarters the third."""
        if not self.scores:
            return None
        low, middle, high = statistics.quantiles(
            self.scores * 2 if len(self.scores) == 1 else self.scores, method="inclusive"
        )
        return round(low, 1), round(middle, 1), round(high, 1)


@dataclass(frozen=True)
class CheckOfClass:
    """What became of one check, among those who have handed in its week; `failures` are put together by cause."""

    week: int
    outcome: Outcome
    passed: int
    failed: int
    blocked: int
    broken: int
    failures: tuple[Group, ...]

    @property
    def several(self) -> list[Group]:
        """The failures that more than one student has."""
        return [group for group in self.failures if len(group.students) > 1]

    @property
    def alone(self) -> list[Group]:
        """The failures of one student each."""
        return [group for group in self.failures if len(group.students) == 1]

    @property
    def tried(self) -> int:
        """Those who have handed in the week, without those at whom the grader failed."""
        return self.passed + self.failed + self.blocked

    @property
    def percent(self) -> float:
        """The share of these who passed."""
        return 100 * self.passed / self.tried if self.tried else 0.0

    @property
    def share(self) -> str:
        """The same in words; only all are 100 %, and only nobody is 0 %."""
        some = 0 < self.passed < self.tried
        return f"{min(max(round(self.percent), 1), 99) if some else round(self.percent)} %"


def weeks_of(grades: Iterable[Grade]) -> dict[int, str]:
    """The weeks that anybody was graded in, in order, with their titles."""
    found = {week.week: week.title for grade in grades for week in grade.result.weeks}
    return dict(sorted(found.items()))


def spread_of_week(grades: Sequence[Grade], number: int) -> Spread:
    """How the scores of one week spread; who has not handed it in is apart, and no 0."""
    weeks = [week_of(grade, number) for grade in grades]
    missing = sum(_is_missing(grade, week) for grade, week in zip(grades, weeks, strict=True))
    scores = sorted(
        grade.weeks[number].score
        for grade, week in zip(grades, weeks, strict=True)
        if week and week.handed_in and number in grade.weeks
    )
    return Spread(f"week {number}", tuple(scores), len(grades) - missing - len(scores), missing)


def spread_of_totals(grades: Sequence[Grade]) -> Spread:
    """How the totals spread; who has handed in nothing at all is apart."""
    there = [grade for grade in grades if not handed_in_nothing(grade)]
    scores = sorted(grade.total for grade in there if grade.total is not None)
    return Spread("", tuple(scores), len(there) - len(scores), len(grades) - len(there))


def week_of(grade: Grade, number: int) -> WeekResult | None:
    """The week of this number; None where the student has none."""
    return next((week for week in grade.result.weeks if week.week == number), None)


def could_not_be_graded(grade: Grade) -> bool:
    """Whether what was handed in was refused, or the grader failed at it."""
    return bool(grade.result.refused or grade.result.fault)


def handed_in_nothing(grade: Grade) -> bool:
    """Whether there is nothing of any week."""
    return not could_not_be_graded(grade) and not any(week.handed_in for week in grade.result.weeks)


def _is_missing(grade: Grade, week: WeekResult | None) -> bool:
    """Whether a student's week was not handed in."""
    return not week.handed_in if week else not could_not_be_graded(grade)


def checks_of(grades: Iterable[Grade]) -> list[CheckOfClass]:
    """Every check of the class, in the order of its weeks."""
    found: dict[tuple[int, str], list[tuple[str, Outcome]]] = defaultdict(list)
    for student, week in _handed_in(grades):
        for outcome in week.checks:
            found[week.week, outcome.name].append((student, outcome))
    in_order = sorted(found.items(), key=lambda each: each[0][0])  # checks stay as the first student has them
    return [_check(week, outcomes) for (week, _), outcomes in in_order]


def _handed_in(grades: Iterable[Grade]) -> Iterator[tuple[str, WeekResult]]:
    for grade in grades:
        yield from ((grade.student, week) for week in grade.result.weeks if week.handed_in)


def _check(week: int, outcomes: Sequence[tuple[str, Outcome]]) -> CheckOfClass:
    by_verdict = {verdict: [each for each in outcomes if each[1].verdict is verdict] for verdict in Verdict}
    passed, failed, blocked, broken = (by_verdict[verdict] for verdict in Verdict)
    return CheckOfClass(
        week, outcomes[0][1], len(passed), len(failed), len(blocked), len(broken), tuple(groups(failed))
    )
