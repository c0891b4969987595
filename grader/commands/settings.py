"""What commands share: where they print and write, and what they are told in options."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click
from rich.console import Console

from grader import stages
from grader.check import Refused, Verdict
from grader.cohort import Plan
from grader.course import DEFAULT, Course
from grader.grades import evaluated
from grader.patience import measured
from grader.report import terminal
from grader.results import Result
from grader.sandbox.isolation import Isolation, chosen
from grader.sandbox.workspace import passed_on
from grader.stages import Week

ALL_PASSED, SOME_FAILED, GRADER_AT_FAULT = 0, 1, 3  # exit statuses
PLAIN_WIDTH = 100  # columns of plain text, where no terminal says how many it has

PORT = click.IntRange(1, 65535)

course_option = click.option(
    "--course", "course_file", type=click.Path(path_type=Path), default=DEFAULT, help="Another course.toml."
)
required_option = click.option(
    "--require-isolation",
    "required",
    type=click.Choice(["full", "partial"]),
    default="partial",
    show_default=True,
    help="Refuse to grade with less.",
)
unsafe_option = click.option(
    "--allow-unsafe", is_flag=True, help="Grade although this machine has no isolation at all."
)


class PipedConsole(Console):
    """A console whose reader may go away: that is for `main` to hear, so that all is cleaned up on the way."""

    def on_broken_pipe(self) -> None:
        """Called where a BrokenPipeError is being handled."""
        raise BrokenPipeError


def console(quiet: bool = False) -> Console:
    """Where a command prints: as wide as the terminal, or as plain text."""
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return PipedConsole(quiet=quiet, width=width, highlight=False)


def at_work(console: Console) -> AbstractContextManager:
    """Says meanwhile, where somebody looks, that something goes on."""
    text = "at work ... a program that does not answer is waited for"
    return console.status(text) if console.is_terminal else nullcontext()


def expect(submission: Path) -> None:
    """Raises Refused where there is no such submission."""
    if not submission.exists():
        raise Refused(f"There is no {submission}. Name a folder that looks like lab5, or an archive of one.")


def write(path: Path, text: str) -> None:
    """Writes a file; raises Refused where it cannot be."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from None


def status(result: Result) -> int:
    """The exit status that says how the checks of one submission went."""
    if result.broken:
        return GRADER_AT_FAULT
    passed = all(outcome.verdict is Verdict.PASSED for outcome in result.outcomes)
    return ALL_PASSED if passed else SOME_FAILED


def make(folder: Path) -> None:
    """Makes a folder; raises Refused where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder} cannot be made: {error.strerror}.") from None


def sandbox(console: Console, course: Course, required: str, *, allow_unsafe: bool) -> Isolation:
    """The best isolation of this machine, announced with what a better one takes; raises Refused below `required`."""
    return announced(console, *chosen(course.limits, required=required, allow_unsafe=allow_unsafe))


def announced(console: Console, isolation: Isolation, wanting: Sequence[str]) -> Isolation:
    """The same isolation, once it has been said, and in sentences what a better one takes."""
    terminal.say(console, f"Isolation: {isolation.says}", "" if isolation.is_full else "yellow", indent=0)
    for sentence in wanting:
        terminal.say(console, sentence, "yellow")
    if isolation.alone:
        terminal.say(console, "Submissions run one at a time.", "yellow")
    return isolation


def weeks(numbers: Sequence[int]) -> tuple[Week, ...]:
    """The weeks of these numbers, or all; raises Refused."""
    return tuple(stages.load(number) for number in numbers or stages.numbers())


def numbers(text: str | None) -> list[int]:
    """The weeks in `3`, `1-4` or `1,2,5`, none for none; raises Refused."""
    numbers: list[int] = []
    for part in text.split(",") if text else []:
        first, _, last = part.partition("-")
        if not first.strip().isdecimal() or not (last or first).strip().isdecimal():
            raise Refused(f"--weeks {text}: write weeks as 3, 1-4 or 1,2,5.")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def as_it_counts(result: Result, course: Course) -> Result:
    """A result with the points and the words that its weeks and the course have now."""
    return evaluated(result, [stages.load(week.week) for week in result.weeks if week.week in stages.numbers()], course)


def plan(
    weeks: tuple[Week, ...], course: Course, isolation: Isolation, *, hidden: bool, only: tuple[str, ...] = ()
) -> Plan:
    """What is done with each submission."""
    return Plan(
        weeks=weeks,
        course=course,
        patience=measured(course.answer, course.silent),
        environment=passed_on(os.environ),
        isolation=isolation,
        hidden=hidden,
        only=only,
    )
