"""One check of one student's, once more."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import click

from grader import stages
from grader.check import Refused
from grader.cohort import Cohort
from grader.commands import class_list, settings
from grader.commands.grade import SAMPLES
from grader.course import load as load_course
from grader.handed_in import find
from grader.report import terminal
from grader.stages import Week
from grader.submission import Submission


@click.command()
@click.argument("student")
@click.argument("check")
@click.argument("submissions", type=click.Path(path_type=Path), default=SAMPLES)
@click.option("--week", type=int, help="Of this week, where more than one has a check of this name.")
@class_list.option
@settings.course_option
@settings.required_option
@settings.unsafe_option
def replay(
    student: str,
    check: str,
    *,
    submissions: Path,
    week: int | None,
    roster_file: Path | None,
    course_file: Path,
    required: str,
    allow_unsafe: bool,
) -> None:
    """Has one conversation again: that of CHECK with the program of STUDENT, as when the class was graded.

    SUBMISSIONS is what was graded, or else the sample class. The same seed gives the same texts and the same faults of
    the network. Nothing is stored. Ends with status 0 when the check passed, 1 when not, and 3 when the grader failed.
    """
    course = load_course(course_file)
    console = settings.console()
    chosen = _week(check, week)
    entries = find(submissions.expanduser(), stages.landmarks(), class_list.of(roster_file, course))
    submission = _of(student, entries)
    isolation = settings.sandbox(console, course, required, allow_unsafe=allow_unsafe)
    plan = settings.plan((chosen,), course, isolation, hidden=True, only=(check,))
    result, _ = Cohort(plan).grade(submission)
    if result.refused:
        raise Refused(result.refused)
    again = shlex.join(["python", "-m", "grader", *sys.argv[1:]])
    for outcome in result.outcomes:
        terminal.show_conversation(console, chosen.number, replace(outcome, again=again))
    for remark in result.remarks:
        terminal.say(console, remark, "dim")
    raise SystemExit(settings.status(result))


def _week(check: str, number: int | None) -> Week:
    """The week that has a check of this name, or title; raises Refused unless there is exactly one."""
    name = check.strip().replace(" ", "_")
    weeks = settings.weeks([number] if number else ())
    having = [week for week in weeks if name in {check.name for check in week.checks}]
    if len(having) > 1:
        raise Refused(f"Weeks {' and '.join(str(week.number) for week in having)} have a check {name}: add --week N.")
    if not having:
        where = f"week {number}" if number else "any week"
        raise Refused(f"There is no check {name} in {where}. A student's feedback has its name behind CHECK=.")
    return having[0]


def _of(student: str, submissions: list[Submission]) -> Submission:
    found = next((submission for submission in submissions if submission.student == student), None)
    if found is None:
        raise Refused(f"There is no submission of {student!r}. The gradebook has the names in its first column.")
    return found
