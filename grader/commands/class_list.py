"""Who is in the class: what is said, and what stands in the gradebook, of those who handed in nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from grader import roster
from grader.course import Course
from grader.handed_in import missing, student_of
from grader.report import terminal
from grader.results import ABSENT, Person, Result
from grader.roster import Roster, compared
from grader.stages import Week
from grader.store import Store
from grader.submission import Submission
from grader.wording import count

NAMED = 10  # on the console; the gradebook has all

option = click.option(
    "--roster",
    "roster_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The class list, a CSV file. [default: what the course file says]",
)


def of(file: Path | None, course: Course) -> Roster | None:
    """The class list that is named, or else that of the course; None where there is none."""
    file = file.expanduser() if file else course.roster
    return roster.load(file) if file else None


def announce(console: Console, submissions: Sequence[Submission], listed: Roster | None) -> list[Person]:
    """Says who is missing, and how many are not in the list; gives who is missing."""
    if not listed:
        return []
    absent = missing(listed, submissions)
    unknown = [submission.student for submission in submissions if not listed.find(submission.person)]
    if absent:
        names = _some([person.name or student_of(person) for person in absent])
        terminal.say(
            console, f"{len(absent)} of {len(listed.people)} in the roster handed in nothing: {names}", indent=0
        )
    if unknown:
        says = f"{count(len(unknown), 'submission')} of nobody in the roster: {_some(unknown)}"
        terminal.say(console, says, "yellow", indent=0)
    return absent


def announce_untimed(
    console: Console, submissions: Sequence[Submission], weeks: Iterable[Week], course: Course
) -> None:
    """Says how many submissions no due date is applied to, where there is one."""
    untimed = sum(not submission.submitted for submission in submissions)
    if untimed and any(week.number in course.due for week in weeks):
        says = f"{count(untimed, 'submission')} without the time of handing in: due dates are not applied to them."
        terminal.say(console, says, "yellow", indent=0)


def named(absent: Iterable[Person], submissions: Iterable[Submission]) -> dict[str, Person]:
    """Who of the class list handed in nothing, by names that no submission has."""
    taken, found = {compared(submission.student) for submission in submissions}, {}
    for person in absent:
        name, number = student_of(person), 2
        while compared(name) in taken:
            name, number = f"{student_of(person)}_{number}", number + 1
        taken.add(compared(name))
        found[name] = person
    return found


def left_over(console: Console, submissions: Iterable[Submission], weeks: Collection[int], store: Store) -> list[str]:
    """Where there is no class list: who is known from other weeks only. Says who, and who of the last gradebook is in
    this one no more."""
    before = sorted(store.handed_out().keys() - {submission.student for submission in submissions})
    known = [name for name in before if _has_others(store.result(name), weeks)]
    gone = [name for name in before if name not in known]
    if known:
        says = f"{count(len(known), 'student')} of other weeks handed in nothing: {_some(known)}"
        terminal.say(console, says, indent=0)
    if gone:
        says = f"{count(len(gone), 'student')} of the last gradebook in this one no more: {_some(gone)}"
        terminal.say(console, says, "yellow", indent=0)
    return known


def _has_others(known: Result | None, weeks: Collection[int]) -> bool:
    """Whether there is work for other weeks than these."""
    return any(week.handed_in and week.week not in weeks for week in (known.weeks if known else ()))


def result_of_nothing(student: str, person: Person, weeks: Collection[int], store: Store) -> Result:
    """What there is of somebody who handed in nothing for these weeks: what is known of others."""
    known = store.result(student) or Result(student, isolation="")
    others = tuple(week for week in known.weeks if week.week not in weeks)
    numbers = ", ".join(map(str, sorted(weeks)))
    remark = f"{ABSENT} for {'weeks' if len(weeks) > 1 else 'week'} {numbers}" if others else ABSENT
    return replace(known, weeks=others, person=person, remarks=(remark,))


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
