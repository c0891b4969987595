"""A check in the words of the terminal, as plain lines. Of a hidden check there is its title and nothing else."""

from __future__ import annotations

from grader.check import Verdict
from grader.report.escape import for_terminal
from grader.results import Outcome

STEPS = 200  # lines of a conversation: more of them nobody reads, and other systems take only so much


def title(outcome: Outcome) -> str:
    """The check's title, and whether it is hidden or a bonus."""
    notes = [note for note, holds in (("hidden", outcome.hidden), ("bonus", outcome.stretch)) if holds]
    return outcome.title + (f" ({', '.join(notes)})" if notes else "")


def headline(outcome: Outcome) -> str:
    """In one line what was expected and what came; empty where there is nothing to say, or nothing may be said."""
    if outcome.verdict is Verdict.BROKEN:
        return "This could not be graded, by a fault of the grader."
    if outcome.verdict is Verdict.PASSED or outcome.hidden:
        return ""
    if outcome.verdict is Verdict.BLOCKED:
        return for_terminal(f"Not tried: {outcome.came}.")
    return for_terminal(f"expected {outcome.expected}, but {outcome.came}")


def story(outcome: Outcome) -> str:
    """The whole story of a check that failed, of any other its headline; each line is harmless."""
    if outcome.verdict is not Verdict.FAILED or outcome.hidden:
        return headline(outcome)
    lines = [outcome.requirement, *_some(outcome.transcript), f"^ {headline(outcome)}"]
    if outcome.said:
        lines += ["Your program's last words:", *(f"| {line}" for line in outcome.said)]
    lines += [f"Teaches: {outcome.teaches}", f"Hint: {outcome.hint}", f"Again: {outcome.again}"]
    return "\n".join(map(for_terminal, lines))


def _some(steps: tuple[str, ...]) -> list[str]:
    """The last steps, where there are too many: there it failed."""
    left_out = len(steps) - STEPS
    return list(steps) if left_out <= 0 else [f"... ({left_out:,} lines before)", *steps[-STEPS:]]
