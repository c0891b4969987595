"""One submission, graded for the grader of another machine."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from grader import job
from grader.check import Refused
from grader.cohort import Cohort
from grader.commands import settings
from grader.course import load as load_course
from grader.sandbox.isolation import chosen
from grader.submission import Submission


@click.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--weeks", help="The weeks to grade, as 1,2,5; without them it says how well programs are kept apart.")
@settings.required_option
@settings.unsafe_option
@click.option("--tier", type=int, help="Refuse to grade in another kind of isolation than this.")
def work(folder: Path, *, weeks: str | None, required: str, allow_unsafe: bool, tier: int | None) -> None:
    """Grades what is in a FOLDER: course.toml and lab5/. Writes answer.json there.

    It ends when its standard input does: then nobody wants the answer any more.
    """
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    course = load_course(folder / job.COURSE)
    isolation, wanting = chosen(course.limits, required=required, allow_unsafe=allow_unsafe)
    if tier not in (None, isolation.tier):
        raise Refused(f"Isolation is {isolation.says}, and not as where the others are graded.")
    if not weeks:
        answer = json.dumps({"tier": isolation.tier, "says": isolation.says, "wanting": wanting})
    else:
        (folder / job.WORK).mkdir(exist_ok=True)  # of an empty submission nothing was packed
        plan = settings.plan(settings.weeks(settings.numbers(weeks)), course, isolation, hidden=course.hidden_checks)
        with _alone() if isolation.alone else nullcontext():
            result, _ = Cohort(plan).grade(Submission("", folder / job.WORK))
        answer = result.to_json()
    settings.write(folder / job.ANSWER, answer)


def _end_with_standard_input() -> None:
    os.read(sys.stdin.fileno(), 1)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)


@contextmanager
def _alone() -> Iterator[None]:
    """Waits until no other submission is graded on this machine, by this user."""
    from fcntl import LOCK_EX, flock  # not on Windows, where no isolation asks for it

    place = Path(tempfile.gettempdir(), f"grading-alone-{os.getuid()}")
    descriptor = os.open(place, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)
