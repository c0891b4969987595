"""The command line, `python -m grader --help`: it reads arguments and environment, and passes on values."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from grader import stages
from grader.check import Refused, Verdict
from grader.cohort import Cohort, Plan, default_jobs
from grader.course import DEFAULT, Course
from grader.course import load as load_course
from grader.patience import measured
from grader.report import feedback, gradebook, terminal
from grader.results import Result
from grader.sandbox.isolation import Isolation, chosen, limits_only, trials
from grader.sandbox.workspace import Halted, passed_on
from grader.stages import Week
from grader.store import Store
from grader.submission import Submission, find
from grader.wording import count

ALL_PASSED, SOME_FAILED, BAD_ARGUMENTS, GRADER_AT_FAULT = 0, 1, 2, 3
INTERRUPTED = 128 + signal.SIGINT
READER_GONE = 128 + 13  # SIGPIPE, which Windows does not have
SAMPLES = Path(__file__).with_name("samples")
STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
TOOLS = {  # in what students may write their programs, besides Python
    "Languages for start.sh": ("gcc", "g++", "node", "perl", "ruby", "java", "javac", "go", "rustc", "cargo", "elixir")
}
PLAIN_WIDTH = 100  # columns of plain text, where no terminal says how many it has


class PipedConsole(Console):
    """A console whose reader may go away: that is for `main` to hear, so that all is cleaned up on the way."""

    def on_broken_pipe(self) -> None:
        """Called where a BrokenPipeError is being handled."""
        raise BrokenPipeError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Lab 5: Chat Room. Checks a student's work, and grades a class."""


@cli.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option("--week", "weeks", type=int, multiple=True, help="A week to check; may be repeated. [default: all]")
@click.option("--only", metavar="CHECK", multiple=True, help="Only this check, and silently those it builds on.")
@click.option("--hidden", is_flag=True, help="The hidden checks as well.")
@click.option("--json", "json_file", metavar="FILE", help="The result as JSON to a file; - for standard output alone.")
@click.option("--course", "course_file", type=click.Path(path_type=Path), default=DEFAULT, help="Another course.toml.")
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
    console = _console(quiet=json_file == "-")
    course = load_course(course_file)
    chosen = _weeks(weeks)
    if not submission.exists():
        raise Refused(f"There is no {submission}. Name the folder that has server.py in it.")
    isolation = _sandbox(console, course, "partial", allow_unsafe=False) if sandbox else limits_only()
    plan = _plan(chosen, course, isolation, hidden=hidden, only=only)
    cohort = Cohort(plan, heard=lambda week, outcome: terminal.show_outcome(console, week, outcome))
    with (
        console.status("at work ... a program that does not answer is waited for")
        if console.is_terminal
        else nullcontext()
    ):
        _, result = cohort.grade(Submission(submission.absolute().name, submission))
    if result.refused:
        raise Refused(result.refused)
    for week in result.weeks:
        terminal.show_score(console, week)
    if kept := plan.kept_back():
        terminal.say(
            console,
            f"{count(kept, 'more point')} are in hidden checks, which are done when the class is graded.",
            "dim",
        )
    for remark in result.remarks:
        terminal.say(console, remark, "dim")
    if json_file:
        _write_json(result, json_file)
    sys.exit(_status(result))


@cli.command()
@click.argument("submissions", type=click.Path(path_type=Path), default=SAMPLES)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("grades"), help="Where to write. [default: grades]"
)
@click.option("--weeks", metavar="N-M", help="The weeks to grade, as 3, 1-4 or 1,2,5. [default: all]")
@click.option("--jobs", type=click.IntRange(1), default=default_jobs(), show_default=True, help="How many at once.")
@click.option("--fresh", is_flag=True, help="Grade everything again, also what has not changed since the last run.")
@click.option("--course", "course_file", type=click.Path(path_type=Path), default=DEFAULT, help="Another course.toml.")
@click.option(
    "--require-isolation",
    "required",
    type=click.Choice(["full", "partial"]),
    default="partial",
    show_default=True,
    help="Refuse to grade with less.",
)
@click.option("--allow-unsafe", is_flag=True, help="Grade although this machine has no isolation at all.")
def grade(
    submissions: Path,
    *,
    out: Path,
    weeks: str | None,
    jobs: int,
    fresh: bool,
    course_file: Path,
    required: str,
    allow_unsafe: bool,
) -> None:
    """Grades a class: every submission in a folder.

    SUBMISSIONS is a folder of folders and archives, or else the sample class. Writes gradebook.csv,
    results/STUDENT.json and feedback/STUDENT.md. An interrupted run goes on where it was.
    """
    submissions, out = submissions.expanduser(), out.expanduser()
    course = load_course(course_file)
    console = _console()
    chosen = _weeks(_numbers(weeks))
    entries = find(submissions, stages.landmarks())
    terminal.say(console, f"{count(len(entries), 'submission')} in {submissions}", indent=0)
    isolation = _sandbox(console, course, required, allow_unsafe=allow_unsafe)
    plan = _plan(chosen, course, isolation, hidden=course.hidden_checks)
    for folder in ("results", "feedback"):
        _make(out / folder)
    with closing(Store(out / "results.sqlite")) as store:
        if fresh:
            store.forget()
        results = _grade_all(
            console,
            Cohort(plan).grade_all(entries, store, jobs),
            of=len(entries),
            hand_out=lambda result: _hand_out(result, out, course),
        )
    gradebook.write(out / "gradebook.csv", results, course)
    console.print(terminal.class_table(results, course))
    console.print()
    terminal.say(console, f"Written: {out}/gradebook.csv, {out}/results/, {out}/feedback/", indent=0)
    if any(result.broken for result in results):
        raise SystemExit(GRADER_AT_FAULT)


@cli.command()
@click.option("--course", "course_file", type=click.Path(path_type=Path), default=DEFAULT, help="Another course.toml.")
def doctor(course_file: Path) -> None:
    """Says what this machine can do, and what to install.

    Runs a small program in each kind of sandbox. Ends with status 0 if the best kind works, and 1 if not.
    """
    console = _console()
    findings = trials(load_course(course_file).limits)
    for finding in findings:
        terminal.show_finding(console, finding.isolation.says, finding.reason, finding.fix)
    for kind, names in TOOLS.items():
        there = {name: shutil.which(name) for name in names}
        found, lacking = ([name for name in names if bool(there[name]) is is_there] for is_there in (True, False))
        terminal.say(console, f"{kind}: {', '.join(found) or 'none'}", indent=0)
        if lacking:
            terminal.say(console, f"not on this machine: {', '.join(lacking)}", "dim")
    sys.exit(ALL_PASSED if findings and not findings[0].reason else SOME_FAILED)


def _sandbox(console: Console, course: Course, required: str, *, allow_unsafe: bool) -> Isolation:
    """The best isolation of this machine, announced with what a better one takes; raises Refused below `required`."""
    isolation, wanting = chosen(course.limits, required=required, allow_unsafe=allow_unsafe)
    terminal.say(console, f"Isolation: {isolation.says}", "" if isolation.is_full else "yellow", indent=0)
    for sentence in wanting:
        terminal.say(console, sentence, "yellow")
    if isolation.alone:
        terminal.say(console, "Submissions run one at a time.", "yellow")
    return isolation


def _weeks(numbers: Sequence[int]) -> tuple[Week, ...]:
    return tuple(stages.load(number) for number in numbers or stages.numbers())


def _plan(
    weeks: tuple[Week, ...], course: Course, isolation: Isolation, *, hidden: bool, only: tuple[str, ...] = ()
) -> Plan:
    return Plan(
        weeks=weeks,
        course=course,
        patience=measured(course.answer, course.silent),
        environment=passed_on(os.environ),
        isolation=isolation,
        hidden=hidden,
        only=only,
    )


def _numbers(text: str | None) -> list[int]:
    """The weeks in `3`, `1-4` or `1,2,5`."""
    numbers: list[int] = []
    for part in text.split(",") if text else []:
        first, _, last = part.partition("-")
        if not first.strip().isdecimal() or not (last or first).strip().isdecimal():
            raise Refused(f"--weeks {text}: write weeks as 3, 1-4 or 1,2,5.")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _grade_all(
    console: Console, graded: Generator[tuple[Result, bool], None, None], *, of: int, hand_out: Callable[[Result], None]
) -> list[Result]:
    """Grades with a live display, or a plain line for each submission where the output is no terminal."""
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    results: list[Result] = []
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=of)
        try:
            with closing(graded):
                for result, was_stored in graded:
                    hand_out(result)
                    results.append(result)
                    progress.advance(bar)
                    if not console.is_terminal:
                        console.print(terminal.line(len(results), of, result, was_stored), soft_wrap=True)
        except Halted:
            progress.stop()
            click.echo(f"{len(results)} of {of} are graded and stored. Run the same command to go on.", err=True)
            raise
    return sorted(results, key=lambda result: result.submission)


def _write_json(result: Result, file: str) -> None:
    if file == "-":
        click.echo(result.to_json(indent=2))
    else:
        _write(Path(file), result.to_json(indent=2) + "\n")


def _hand_out(result: Result, out: Path, course: Course) -> None:
    _write(out / "results" / f"{result.submission}.json", result.to_json(indent=2) + "\n")
    _write(out / "feedback" / f"{result.submission}.md", feedback.markdown(result, course.title))


def _status(result: Result) -> int:
    if result.broken:
        return GRADER_AT_FAULT
    return ALL_PASSED if all(outcome.verdict is Verdict.PASSED for outcome in result.outcomes) else SOME_FAILED


def _console(quiet: bool = False) -> Console:
    width = None if sys.stdout.isatty() else PLAIN_WIDTH
    return PipedConsole(quiet=quiet, width=width, highlight=False)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder} cannot be made: {error.strerror}.") from None


def _stop_once(number: int, _: object) -> NoReturn:
    """Any wish to stop ends the run; a second one must not disturb the cleaning up after the first."""
    for name in STOPS:
        signal.signal(name, signal.SIG_IGN)
    raise Halted


def main() -> NoReturn:
    """Runs the command line; every way to end has its status, and a sentence."""
    for name in STOPS:
        signal.signal(name, _stop_once)
    try:
        sys.exit(cli(standalone_mode=False, prog_name="python -m grader"))
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_ARGUMENTS)
    except Refused as refusal:
        click.echo(refusal, err=True)
        sys.exit(BAD_ARGUMENTS)
    except Halted:
        click.echo("Interrupted. Nothing is left running.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing is flushed to nobody
        sys.exit(READER_GONE)
    except Exception as fault:
        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(last.filename).name}, line {last.lineno}"
        click.echo(f"The grader failed, and it is not your fault: {fault!r} in {where}. Please report it.", err=True)
        sys.exit(GRADER_AT_FAULT)


if __name__ == "__main__":
    main()
