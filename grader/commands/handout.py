"""What students get, as one archive."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from grader.commands import settings
from grader.commands.verify import show
from grader.handout import contents, proof
from grader.report import terminal
from grader.wording import count


@click.command()
@click.option("--weeks", metavar="N-M", help="The weeks to hand out, as 3, 1-4 or 1,2,5. [default: all]")
@click.option(
    "--into", "archive", type=click.Path(path_type=Path), default="lab5-handout.zip", show_default=True, metavar="FILE"
)
@settings.course_option
@click.option("--no-proof", is_flag=True, help="Look for what students must not get, but do not run the checks.")
def handout(*, weeks: str | None, archive: Path, course_file: Path, no_proof: bool) -> None:
    """Makes a zip for students: handouts, starter code, and the public part of the grader.

    It has no solutions and no hidden checks. It is proved before it is written: unpacked elsewhere, starter code scores
    0 and a solution scores all. Ends with status 0 when it is written, and 1 when the proof has failed.
    """
    console = settings.console()
    chosen = settings.weeks(settings.numbers(weeks))
    made = contents.handout(chosen, course_file)
    with tempfile.TemporaryDirectory(prefix="handout-of-lab5-") as folder:
        packed = Path(folder, "handout.zip")
        contents.write(made.files, packed)
        faults = proof.faults(made, packed)
        for fault in faults:
            terminal.say(console, fault, "yellow", indent=0)
        if faults or not (no_proof or show(console, proof.trials(packed, Path(folder, "elsewhere"), chosen))):
            terminal.say(console, f"{archive} is not written, because of this.", indent=0)
            sys.exit(settings.SOME_FAILED)
    contents.write(made.files, archive)
    terminal.say(console, f"Written: {archive}, {count(len(made.files), 'file')}.", indent=0)
