"""Who needs a look, why, and what to do: what the grader leaves to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.check import Verdict
from grader.grades import Grade
from grader.report.class_numbers import handed_in_nothing
from grader.results import UNOPENED, Pair
from grader.wording import count

ENDED = "ended a program: "  # so a remark begins where the sandbox ended one
UNKNOWN = " in the roster"  # so one ends that says that somebody is not, or could be two people
OPEN = (
    "handed in more than once",
    "Canvas calls it late",
    UNOPENED,
)  # so one begins that says what nobody can know from files


@dataclass(frozen=True)
class Case:
    """One student, or two that are alike, and why; `page` shows more than their feedback does."""

    students: tuple[str, ...]
    says: str
    page: str = ""


@dataclass(frozen=True)
class Reason:
    """Why students need a look, and what to do about it."""

    title: str
    todo: str
    cases: tuple[Case, ...]


def reasons(grades: Sequence[Grade], pairs: Iterable[Pair] = ()) -> list[Reason]:
    """The reasons that there are in this class, the most urgent first."""
    found = [
        Reason(
            "The grader failed",
            "Grade again with the same command: only these are done. They lose nothing meanwhile.",
            _cases(grades, _faults),
        ),
        Reason("Cannot be used", "Ask for it again, or mend the archive by hand.", _cases(grades, _refusals)),
        Reason(
            "Ended by the sandbox",
            "Look at the program: it went over a limit of course.toml, by mistake or on purpose.",
            _cases(grades, _ended),
        ),
        Reason("Not in the roster", "Find out whose it is, and add it to the roster.", _cases(grades, _unknown)),
        Reason(
            "Left to you", "Look it up where it was handed in, and decide: no guess is made.", _cases(grades, _open)
        ),
        Reason(
            "Programs that are alike",
            "Read both side by side before you speak to anybody: it is no verdict.",
            _alike(pairs),
        ),
        Reason(
            "No point for what was handed in",
            "One small mistake may be all: the conversation in the feedback shows it.",
            _cases(grades, _pointless),
        ),
        Reason("Late", "The score has the cost already; dates and rules are in course.toml.", _cases(grades, _late)),
        Reason("Nothing was handed in", "Write to them, or take them off the list.", _cases(grades, _missing)),
    ]
    return [reason for reason in found if reason.cases]


def _cases(grades: Sequence[Grade], sentences: Callable[[Grade], Iterable[str]]) -> tuple[Case, ...]:
    """A case for each student of whom there is anything to say."""
    said = [(grade.student, "; ".join(sentences(grade))) for grade in grades]
    return tuple(Case((student,), says) for student, says in said if says)


def _faults(grade: Grade) -> Iterator[str]:
    if grade.result.fault:
        yield grade.result.fault
    for week in grade.result.weeks:
        if week.broken:
            names = [outcome.title for outcome in week.checks if outcome.verdict is Verdict.BROKEN]
            yield f"week {week.week}: {', '.join(f'“{name}”' for name in names)}"


def _refusals(grade: Grade) -> Iterator[str]:
    if grade.result.refused:
        yield grade.result.refused


def _ended(grade: Grade) -> Iterator[str]:
    yield from (remark.removeprefix(ENDED) for remark in grade.result.remarks if remark.startswith(ENDED))


def _unknown(grade: Grade) -> Iterator[str]:
    yield from (remark for remark in grade.result.remarks if remark.endswith(UNKNOWN))


def _open(grade: Grade) -> Iterator[str]:
    yield from (remark for remark in grade.result.remarks if remark.startswith(OPEN))


def _pointless(grade: Grade) -> Iterator[str]:
    for week in grade.result.weeks:
        if week.handed_in and not week.points and not week.broken:
            failed = next((outcome for outcome in week.checks if outcome.verdict is Verdict.FAILED), None)
            yield f"week {week.week}" + (f": {failed.came}" if failed else "")


def _late(grade: Grade) -> Iterator[str]:
    yield from (week.says for week in grade.weeks.values() if week.says)


def _missing(grade: Grade) -> Iterator[str]:
    if handed_in_nothing(grade):
        yield f"none of {count(len(grade.result.weeks), 'week')}" if grade.result.weeks else "nothing at all"


def _alike(pairs: Iterable[Pair]) -> tuple[Case, ...]:
    return tuple(
        Case(
            (pair.first, pair.second),
            f"week {pair.week}: {pair.percent:.0f} % of the shorter is in the other",
            f"similar.html#pair-{number}",
        )
        for number, pair in enumerate(pairs, start=1)
    )
