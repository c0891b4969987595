"""All weeks of one submission at a glance."""

from __future__ import annotations

from pathlib import Path

import click

from grader.check import Refused
from grader.cohort import Cohort
from grader.commands import settings
from grader.course import load as load_course
from grader.report import terminal
from grader.sandbox.isolation import limits_only
from grader.submission import Submission


@click.command()
@click.argument("submission", type=click.Path(path_type=Path), default="lab5")
@settings.course_option
def progress(submission: Path, *, course_file: Path) -> None:
    """Shows how far a SUBMISSION is, week by week. [default: lab5]"""
    console = settings.console()
    settings.expect(submission)
    plan = settings.plan(settings.weeks(()), load_course(course_file), limits_only(), hidden=False)
    with settings.at_work(console):
        result, _ = Cohort(plan).grade(Submission(submission.absolute().name, submission))
    if result.refused:
        raise Refused(result.refused)
    console.print(terminal.progress_table(result))
    if result.broken:
        raise SystemExit(settings.GRADER_AT_FAULT)
