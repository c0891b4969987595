"""One submission, checked for its author."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from grader.check import Refused
from grader.cohort import Cohort
from grader.commands import settings
from grader.course import load as load_course
from grader.report import terminal
from grader.results import Result
from grader.sandbox.isolation import limits_only
from grader.submission import Submission
from grader.wording import count


@click.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option("--week", "weeks", type=int, multiple=True, help="A week to check; may be repeated. [default: all]")
@click.option("--only", metavar="CHECK", multiple=True, help="Only this check, and silently those it builds on.")
@click.option("--hidden", is_flag=True, help="The hidden checks as well.")
@click.option("--json", "json_file", metavar="FILE", help="The result as JSON to a file; - for standard output alone.")
@settings.course_option
@click.option("--sandbox", is_flag=True, help="In a sandbox, as a class is graded: for work that is not your own.")
def check(
    submission: Path,
    weeks: tuple[int, ...],
    only: tuple[str, ...],
    *,
    hidden: bool,
    json_file: str | None,
    course_file: Path,
    sandbox: bool,
) -> None:
    """Checks one SUBMISSION and says what to do about what fails.

    SUBMISSION is a folder like lab5/, or an archive of one. Ends with status 0 when all checks passed, 1 when some did
    not, 2 for arguments that cannot be used, and 3 when the grader itself failed.
    """
    console = settings.console(quiet=json_file == "-")
    course = load_course(course_file)
    chosen = settings.weeks(weeks)
    settings.expect(submission)
    isolation = settings.sandbox(console, course, "partial", allow_unsafe=False) if sandbox else limits_only()
    plan = settings.plan(chosen, course, isolation, hidden=hidden, only=only)
    of = "" if submission == Path("lab5") else f" SUBMISSION={shlex.quote(str(submission))}"
    of += " SANDBOX=1" if sandbox else ""
    cohort = Cohort(plan, heard=lambda week, outcome: terminal.show_outcome(console, week, outcome, of))
    with settings.at_work(console):
        result, _ = cohort.grade(Submission(submission.absolute().name, submission))
    if result.refused:
        raise Refused(result.refused)
    for week in result.weeks:
        terminal.show_score(console, week, of)
    if kept := plan.kept_back():
        points = count(kept, "more point")
        terminal.say(console, f"{points} are in hidden checks, which are done when the class is graded.", "dim")
    for remark in result.remarks:
        terminal.say(console, remark, "dim")
    if json_file:
        _write_json(result, json_file)
    sys.exit(settings.status(result))


def _write_json(result: Result, file: str) -> None:
    if file == "-":
        click.echo(result.to_json(indent=2))
    else:
        settings.write(Path(file), result.to_json(indent=2) + "\n")
