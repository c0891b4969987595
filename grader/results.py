"""What grading gives: plain, frozen records. Reports and exports are made of these and of nothing else.

The JSON form of a Result is described by `docs/result.schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from grader.check import Verdict

SCHEMA = "lab5/result/1"
UNOPENED = "not opened:"  # so begins the remark on an archive in the work
ABSENT = "nothing was handed in"  # so begins the remark on who is known from elsewhere only


@dataclass(frozen=True)
class Outcome:
    """One check on one submission. `transcript` has a line for each step; `said` is the program's last output."""

    name: str
    title: str
    verdict: Verdict
    points: int
    max: int
    requirement: str
    transcript: tuple[str, ...]
    expected: str
    came: str
    said: tuple[str, ...]
    teaches: str
    hint: str
    again: str
    hidden: bool
    stretch: bool


@dataclass(frozen=True)
class Person:
    """Who handed it in, as the roster, or the system that it was handed in to, says; what nobody says is empty.

    id     the university's number of the student
    login  the user's name there, or at GitHub
    lms    the system's own number of the user, as it stands in the names of its files
    """

    name: str = ""
    id: str = ""
    email: str = ""
    login: str = ""
    lms: str = ""


@dataclass(frozen=True)
class WeekResult:
    """All checks of one week.

    max        without the bonus of stretch checks
    remarks    what was left out
    handed_in  whether the submission has any program of this week
    submitted  when the work was handed in, in ISO 8601 with its zone; empty where nobody says
    """

    week: int
    title: str
    points: int
    max: int
    checks: tuple[Outcome, ...]
    remarks: tuple[str, ...] = ()
    handed_in: bool = True
    submitted: str = ""

    @property
    def percent(self) -> float:
        """The score: points of max in percent, a bonus included."""
        return 100 * self.points / self.max if self.max else 0.0

    @property
    def broken(self) -> bool:
        """Whether a check could not be done, by a fault of the grader: then the score says nothing."""
        return any(outcome.verdict is Verdict.BROKEN for outcome in self.checks)


@dataclass(frozen=True)
class Result:
    """One submission. Where it could not be graded at all, a sentence says why:

    refused   the submission cannot be used
    fault     the grader itself failed
    """

    submission: str
    isolation: str
    weeks: tuple[WeekResult, ...] = ()
    remarks: tuple[str, ...] = ()
    refused: str = ""
    fault: str = ""
    person: Person = Person()
    schema: str = field(default=SCHEMA)

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes of all weeks."""
        return [outcome for week in self.weeks for outcome in week.checks]

    @property
    def why_not(self) -> str:
        """Why there is nothing of it, or not of all its weeks; empty where there is no such reason."""
        absent = next((remark for remark in self.remarks if remark.startswith(ABSENT)), "")
        return self.refused or self.fault or absent

    @property
    def broken(self) -> bool:
        """Whether a fault of the grader stands in it."""
        return bool(self.fault) or any(week.broken for week in self.weeks)

    def to_json(self, *, indent: int | None = None) -> str:
        """The result as JSON; control characters and non-ASCII text of a submission are escaped."""
        return json.dumps(asdict(self), indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """The result that `to_json` wrote."""
        fields = json.loads(text)
        weeks = tuple(_week(week) for week in fields.pop("weeks"))
        person = Person(**fields.pop("person"))
        return cls(weeks=weeks, remarks=tuple(fields.pop("remarks")), person=person, **fields)


class Excerpt(NamedTuple):
    """Lines of a file, of which the first has this number."""

    file: str
    line: int
    lines: tuple[str, ...]


class Passage(NamedTuple):
    """What stands alike in the programs of two submissions."""

    first: Excerpt
    second: Excerpt


class Pair(NamedTuple):
    """Two students whose programs of a week are alike: so much of the shorter is in the other, in these passages."""

    week: int
    first: str
    second: str
    percent: float
    passages: tuple[Passage, ...]


def week_result(
    number: int, title: str, outcomes: Iterable[Outcome], remarks: Iterable[str] = (), *, handed_in: bool = True
) -> WeekResult:
    """Adds up the points of a week."""
    checks = tuple(outcomes)
    return WeekResult(
        week=number,
        title=title,
        points=sum(outcome.points for outcome in checks),
        max=sum(outcome.max for outcome in checks if not outcome.stretch),
        checks=checks,
        remarks=tuple(remarks),
        handed_in=handed_in,
    )


def _week(fields: dict) -> WeekResult:
    checks = tuple(_outcome(outcome) for outcome in fields.pop("checks"))
    return WeekResult(checks=checks, remarks=tuple(fields.pop("remarks")), **fields)


def _outcome(fields: dict) -> Outcome:
    lines = {name: tuple(fields.pop(name)) for name in ("transcript", "said")}
    return Outcome(verdict=Verdict(fields.pop("verdict")), **lines, **fields)
