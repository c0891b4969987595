"""Results for a terminal: one submission check by check, or a class as a table. In a pipe it is plain text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.changes import Change
from grader.check import Verdict
from grader.grades import Grade
from grader.report.escape import for_terminal
from grader.results import Outcome, Result, WeekResult
from grader.wording import count

COLOURS = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.BLOCKED: "yellow",
    Verdict.BROKEN: "bold magenta",
}
WIDEST = 100  # columns: longer lines of prose are hard to read
STUDENT = 40  # columns for a name in the table of the class; remarks get what is left, the gradebook has all


def say(console: Console, text: str, style: str = "", indent: int = 2) -> None:
    """A paragraph, indented also where it wraps; in a pipe it stays one line."""
    paragraph = Text(for_terminal(text), style)
    if console.is_terminal:
        console.print(Padding(paragraph, (0, 0, 0, indent)), width=min(console.width, WIDEST))
    else:
        console.print(Text(" " * indent) + paragraph, soft_wrap=True)


def show_finding(console: Console, says: str, reason: str, fix: str) -> None:
    """A kind of sandbox: that it works here, or why it does not and what to do about it."""
    mark, style = ("does not work here", "red") if reason else ("works here", "green")
    console.print(Text.assemble((f"{mark:<20}", style), for_terminal(says)), soft_wrap=True)
    if reason:
        say(console, f"because: {reason}")
    if fix:
        say(console, f"to change that: {fix}")


def show_outcome(console: Console, week: int, outcome: Outcome, of: str = "") -> None:
    """One line for what passed or is blocked; the whole story for what failed.

    of   what goes behind the command that does it again: which submission
    """
    width = min(console.width, WIDEST)
    points = f"{outcome.points:>3} /{outcome.max:>3}"
    notes = [note for note, holds in (("hidden", outcome.hidden), ("bonus", outcome.stretch)) if holds]
    tag = f" ({', '.join(notes)})" if notes else ""
    verdict = f"{outcome.verdict:<7}"
    room = width - len(f"week {week}    {points}   {verdict}")
    title = outcome.title + tag
    line = Text(f"week {week}  {title:<{max(room, 0)}}  {points}   ")
    line.append(verdict.rstrip(), COLOURS[outcome.verdict])
    console.print(line, soft_wrap=True)
    if outcome.verdict in (Verdict.FAILED, Verdict.BROKEN):
        _story(console, outcome, of)


def show_conversation(console: Console, week: int, outcome: Outcome) -> None:
    """The same, and the conversation also where it went well."""
    show_outcome(console, week, outcome)
    if outcome.verdict is Verdict.PASSED:
        for step in outcome.transcript:
            say(console, step, indent=4)


def show_score(console: Console, week: WeekResult, of: str = "") -> None:
    """The sum of a week, and what to do first."""
    console.print()
    console.print(Text(f"week {week.week}  {week.points} of {week.max} points", "bold"), soft_wrap=True)
    for remark in week.remarks:
        say(console, remark, "dim")
    blocked = [outcome for outcome in week.checks if outcome.verdict is Verdict.BLOCKED]
    if blocked:
        say(console, f"{count(len(blocked), 'check')} blocked, because something to build on has not passed.", "dim")
    failed = [outcome for outcome in week.checks if outcome.verdict is Verdict.FAILED and not outcome.stretch]
    if blocked and not failed:
        say(console, f"{blocked[0].came}.")
    first = next(iter(failed), None)
    if first and len(week.checks) > 1:
        say(console, f"Start with “{first.title}”:")
        say(console, f"{first.again}{of}", indent=4)


def line(number: int, of: int, result: Result, was_stored: bool) -> Text:
    """One graded submission of a class, where there is no live display."""
    weeks = "  ".join(f"week {week.week}: {week.points}/{week.max}" for week in result.weeks)
    note = "  (as before)" if was_stored else ""
    return Text(for_terminal(f"[{number:>{len(str(of))}}/{of}] {result.submission}  {weeks or 'not graded'}{note}"))


def progress_table(result: Result) -> Table:
    """One row for each week of one submission."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, justify in (("week", "right"), ("", "left"), ("points", "right"), ("of", "right"), ("next", "left")):
        table.add_column(column, justify=justify, no_wrap=column != "next")
    for week in result.weeks:
        todo = next((outcome for outcome in week.checks if outcome.verdict is Verdict.FAILED), None)
        style = "" if todo else COLOURS[Verdict.PASSED]
        following = todo.title if todo else "done"
        if week.broken:
            style, following = COLOURS[Verdict.BROKEN], "could not be graded, by a fault of the grader"
        table.add_row(str(week.week), week.title, str(week.points), str(week.max), following, style=style)
    return table


def class_table(grades: Sequence[Grade]) -> Table:
    """One row for each student."""
    weeks = sorted({week.week for grade in grades for week in grade.result.weeks})
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    longest = max((len(_who(grade)) for grade in grades), default=0)
    table.add_column("student", no_wrap=True, overflow="ellipsis", width=min(max(longest, len("student")), STUDENT))
    for week in weeks:
        table.add_column(f"week {week}", justify="right", no_wrap=True, width=len(f"week {week}"))
    table.add_column("total", justify="right", no_wrap=True, width=len("total"))
    table.add_column("remarks", no_wrap=True, overflow="ellipsis", ratio=1)
    for grade in grades:
        cells = [f"{grade.weeks[week].score:g}" if week in grade.weeks else "–" for week in weeks]
        table.add_row(
            Text(_who(grade)),
            *cells,
            "–" if grade.total is None else f"{grade.total:g}",
            Text(for_terminal("; ".join(grade.remarks)), "dim"),
        )
    return table


def _who(grade: Grade) -> str:
    """A student as the gradebook calls him, and by name, where the class list has one."""
    name = grade.result.person.name
    return for_terminal(f"{grade.student}  {name}" if name not in ("", grade.student) else grade.student)


def show_changes(console: Console, changes: Sequence[Change]) -> None:
    """Whose grade is another one than in the gradebook before."""
    if not changes:
        return
    say(
        console,
        f"{count(len(changes), 'student')} {'has' if len(changes) == 1 else 'have'} another grade than before:",
        indent=0,
    )
    for change in changes:
        before, after = ("–" if score is None else f"{score:g}" for score in (change.before, change.after))
        say(console, f"{change.student}: {before} became {after}; {'; '.join(change.because)}")
    console.print()


def _story(console: Console, outcome: Outcome, of: str) -> None:
    """What was required, what happened, what it teaches, a hint, and how to run just this again."""
    say(console, outcome.requirement)
    for step in outcome.transcript:
        say(console, step, indent=4)
    say(console, f"^ expected {outcome.expected}, but {outcome.came}", COLOURS[outcome.verdict], indent=4)
    if outcome.said and outcome.verdict is Verdict.FAILED:
        say(console, "The program's last words:")
        for line in outcome.said:
            say(console, f"| {line}", "dim", indent=4)
    if outcome.verdict is Verdict.BROKEN:
        say(console, "This is a fault of the grader, not of the program: the week counts only once it is mended.")
        return
    for label, text in (("Teaches", outcome.teaches), ("Hint", outcome.hint), ("Again", outcome.again + of)):
        say(console, f"{label + ':':<8} {text}")
    console.print()
