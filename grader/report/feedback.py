"""What a student gets: `feedback/STUDENT.md`. Of a hidden check it shows the title and the points only."""

from __future__ import annotations

from collections.abc import Iterator

from grader.check import Verdict
from grader.report.escape import fenced, for_markdown
from grader.results import Outcome, Result, WeekResult


def markdown(result: Result, title: str) -> str:
    """The whole page."""
    return "\n\n".join(_page(result, title)) + "\n"


def _page(result: Result, title: str) -> Iterator[str]:
    yield f"# {for_markdown(title)}: feedback for {for_markdown(result.submission)}"
    for sentence in (result.refused, result.fault):
        if sentence:
            yield f"Your work could not be graded. {for_markdown(sentence)}"
    if result.remarks:
        yield "\n".join(f"- {for_markdown(remark)}" for remark in result.remarks)
    for week in result.weeks:
        yield from _week(week)


def _week(week: WeekResult) -> Iterator[str]:
    yield f"## Week {week.week}: {for_markdown(week.title)}"
    yield f"**{week.points} of {week.max} points.**"
    rows = [f"| {_title(outcome)} | {outcome.points} / {outcome.max} | {outcome.verdict} |" for outcome in week.checks]
    yield "\n".join(["| check | points | |", "|---|---:|---|", *rows])
    for outcome in week.checks:
        if outcome.verdict is not Verdict.PASSED and not outcome.hidden:
            yield from _story(outcome)


def _story(outcome: Outcome) -> Iterator[str]:
    yield f"### {for_markdown(outcome.title)}"
    yield for_markdown(outcome.requirement)
    if outcome.verdict is Verdict.BLOCKED:
        yield f"Not tried: {for_markdown(outcome.came)}."
        return
    if outcome.verdict is Verdict.BROKEN:
        yield "This could not be graded, by a fault of the grader. It costs you nothing; your instructor knows."
        return
    yield fenced([*outcome.transcript, f"^ expected {outcome.expected}, but {outcome.came}"])
    if outcome.said and outcome.verdict is Verdict.FAILED:
        yield "Your program's last words:"
        yield fenced(list(outcome.said))
    yield "\n".join(
        [
            f"- **Teaches:** {for_markdown(outcome.teaches)}",
            f"- **Hint:** {for_markdown(outcome.hint)}",
            f"- **Again:** `{outcome.again}`",
        ]
    )


def _title(outcome: Outcome) -> str:
    notes = [note for note, holds in (("hidden", outcome.hidden), ("bonus", outcome.stretch)) if holds]
    return for_markdown(outcome.title) + (f" ({', '.join(notes)})" if notes else "")
