"""The grader on Gradescope: packed for it, and run there."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader import stages
from grader.autograder import metadata, package
from grader.autograder.progress import Progress, write_fault
from grader.check import Refused
from grader.cohort import Cohort
from grader.commands import settings
from grader.course import load as load_course
from grader.submission import Submission
from grader.wording import count

STUDENT = "submission"  # its author is known to Gradescope, and need not be known here


@click.command()
@click.option("--weeks", metavar="N-M", default="1", show_default=True, help="The weeks of the assignment.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("autograder.zip"), show_default=True)
@settings.course_option
def gradescope_zip(weeks: str, *, into: Path, course_file: Path) -> None:
    """Packs autograder.zip, to be uploaded to Gradescope.

    In it are the grader, your course file, and the two scripts that Gradescope runs; no solutions and no samples.
    docs/grading-a-class.md says what to choose there.
    """
    chosen = settings.weeks(settings.numbers(weeks))
    course = load_course(course_file)
    files = package.files([week.number for week in chosen], course_file)
    try:
        into.expanduser().write_bytes(package.zipped(files))
    except OSError as error:
        raise Refused(f"{into} cannot be written: {error.strerror}.") from None
    points = sum(
        course.points.get(week.number, {}).get(check.name, check.points)
        for week in chosen
        for check in week.checks
        if not check.stretch and (course.hidden_checks or not check.hidden)
    )
    click.echo(
        f"Written: {into} ({count(len(files), 'file')}). Give the assignment {count(points, 'autograder point')}."
    )


@click.command(hidden=True)
@click.argument("base", type=click.Path(path_type=Path), default=Path("/autograder"))
@click.option("--weeks", metavar="N-M", default="1")
@settings.course_option
def gradescope_run(base: Path, *, weeks: str, course_file: Path) -> None:
    """Grades BASE/submission and writes BASE/results/results.json, in a folder laid out as Gradescope does.

    The file is whole at any moment, whatever happens, and says something to the student. What is printed, only
    instructors see.
    """
    results = base / "results" / "results.json"
    try:
        broken = _grade(base, results, weeks, course_file)
    except Exception:
        write_fault(results)
        raise
    sys.exit(settings.GRADER_AT_FAULT if broken else settings.ALL_PASSED)


def _grade(base: Path, results: Path, weeks: str, course_file: Path) -> bool:
    """Whether the grader has failed at anything."""
    told = metadata.read(base / "submission_metadata.json")
    course = metadata.with_extension(load_course(course_file), told.due)
    isolation = settings.sandbox(settings.console(), course, "partial", allow_unsafe=False)
    chosen = settings.weeks(settings.numbers(weeks) or stages.numbers())
    plan = settings.plan(chosen, course, isolation, hidden=course.hidden_checks)
    submission = Submission(STUDENT, base / "submission", told.person, told.submitted)
    progress = Progress(results, plan, submission)
    result, _ = Cohort(plan, heard=progress.heard).grade(submission)
    work = progress.ended(result)
    click.echo("\n".join(work.says))
    return result.broken
