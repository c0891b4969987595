"""The lab, proved."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from rich.console import Console

from grader import verify as proof
from grader.commands import settings
from grader.report import terminal
from grader.verify import Trial


@click.command()
@click.option("--weeks", metavar="N-M", help="The weeks to prove, as 3, 1-4 or 1,2,5. [default: all]")
def verify(*, weeks: str | None) -> None:
    """Proves the lab: starter code scores 0, solutions score all, points sum to 100.

    For whoever has changed a week or added one. Ends with status 0 when all is as it should be, and 1 when not.
    """
    console = settings.console()
    chosen = settings.weeks(settings.numbers(weeks))
    wrong = [f"week {week.number}: {wrong}" for week in chosen if (wrong := proof.wrong_points(week))]
    for sentence in wrong:
        terminal.say(console, sentence, "yellow", indent=0)
    are_right = show(console, proof.trials(chosen))
    sys.exit(settings.ALL_PASSED if are_right and not wrong else settings.SOME_FAILED)


def show(console: Console, trials: Sequence[Trial]) -> bool:
    """Runs trials and prints a line for each; whether all went as they should."""
    are_right = True
    with settings.at_work(console):
        for finding in proof.run(trials):
            points = f"{finding.points:>3} of {finding.of} points"
            terminal.say(console, f"{finding.trial.says:<20} {points}", "yellow" if finding.faults else "", indent=0)
            for fault in finding.faults:
                terminal.say(console, fault, "yellow")
            are_right = are_right and not finding.faults
    return are_right
