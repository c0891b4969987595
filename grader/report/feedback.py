"""What a student gets: `feedback/STUDENT.md`. Of a hidden check it shows title, points and verdict only.

The lab's own sentences are Markdown as they stand; what comes from a submission is escaped or fenced.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.check import Verdict
from grader.grades import Grade, WeekGrade
from grader.report.by_hand import by_hand
from grader.report.escape import fenced, for_markdown
from grader.results import Outcome, WeekResult


def markdown(grade: Grade, title: str) -> str:
    """The whole page."""
    return "\n\n".join(_page(grade, title)) + "\n"


def _page(grade: Grade, title: str) -> Iterator[str]:
    result = grade.result
    yield f"# {title}: feedback for {for_markdown(result.person.name or result.submission)}"
    for sentence in (result.refused, result.fault):
        if sentence:
            yield f"Your work could not be graded. {for_markdown(sentence)}"
    if result.remarks:
        yield "\n".join(f"- {for_markdown(remark)}" for remark in result.remarks)
    for week in result.weeks:
        yield from _week(week, grade.weeks.get(week.week))


def _week(week: WeekResult, grade: WeekGrade | None) -> Iterator[str]:
    yield f"## Week {week.week}: {week.title}"
    if week.broken:
        yield "**Not graded yet:** the grader failed at a check, which is no fault of yours. Your instructor knows."
    else:
        yield f"**{week.points} of {week.max} points.**"
    if grade and grade.says:
        yield f"{grade.says[0].upper()}{grade.says[1:]}."
    if not week.handed_in:
        first = next((outcome for outcome in week.checks if outcome.verdict is Verdict.FAILED), None)
        yield "This week was not handed in" + (f": {for_markdown(first.came)}." if first else ".")
        return
    if week.remarks:
        yield "\n".join(f"- {remark}" for remark in week.remarks)
    yield "\n".join(["| check | points | |", "|---|---:|---|", *map(_row, week.checks)])
    if any(outcome.verdict is Verdict.BLOCKED for outcome in week.checks):
        yield "A *blocked* check was not tried, because one that it builds on has not passed: mend that one first."
    for outcome in week.checks:
        if outcome.verdict in (Verdict.FAILED, Verdict.BROKEN) and not outcome.hidden:
            yield from _story(outcome)


def _story(outcome: Outcome) -> Iterator[str]:
    yield f"### {outcome.title}"
    yield outcome.requirement
    if outcome.verdict is Verdict.BROKEN:
        yield "This could not be graded, by a fault of the grader."
        return
    yield fenced([*outcome.transcript, f"^ expected {outcome.expected}, but {outcome.came}"])
    if outcome.said and outcome.verdict is Verdict.FAILED:
        yield "Your program's last words:"
        yield fenced(list(outcome.said))
    yield "\n".join(
        [f"- **Teaches:** {outcome.teaches}", f"- **Hint:** {outcome.hint}", f"- **Again:** `{outcome.again}`"]
    )
    if lines := by_hand(outcome.transcript):
        yield "By hand, the first line in one terminal, the others in another:"
        yield fenced(list(lines))


def _row(outcome: Outcome) -> str:
    why = outcome.verdict is Verdict.BLOCKED and not outcome.hidden
    verdict = f"{outcome.verdict}: {for_markdown(outcome.came)}" if why else outcome.verdict
    return f"| {_title(outcome)} | {outcome.points} / {outcome.max} | {verdict} |"


def _title(outcome: Outcome) -> str:
    notes = [note for note, holds in (("hidden", outcome.hidden), ("bonus", outcome.stretch)) if holds]
    return outcome.title + (f" ({', '.join(notes)})" if notes else "")
