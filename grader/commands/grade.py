"""A class, graded."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from grader import changes, stages
from grader.check import Refused
from grader.cohort import Cohort, default_jobs
from grader.commands import class_list, settings
from grader.commands.written import Written
from grader.course import Course
from grader.course import load as load_course
from grader.elsewhere import Cluster
from grader.grades import Grade
from grader.handed_in import find
from grader.report import terminal
from grader.results import Pair, Person, Result
from grader.roster import Roster
from grader.sandbox.workspace import Halted
from grader.stages import Week
from grader.submission import Submission
from grader.wording import count

SAMPLES = Path(__file__).parents[1] / "samples"
HANDED_OUT = tuple(Path(__file__).parents[2] / name for name in ("lab5", "solutions"))


@click.command()
@click.argument("submissions", type=click.Path(path_type=Path), default=SAMPLES)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("grades"), help="Where to write. [default: grades]"
)
@click.option("--weeks", metavar="N-M", help="The weeks to grade, as 3, 1-4 or 1,2,5. [default: all]")
@click.option("--jobs", type=click.IntRange(1), help=f"How many at once. [default: {default_jobs()}]")
@click.option("--fresh", is_flag=True, help="Grade everything again, also what has not changed since the last run.")
@class_list.option
@settings.course_option
@settings.required_option
@settings.unsafe_option
@click.option("--no-similarity", "alone", is_flag=True, help="Do not look for programs that are alike.")
@click.option("--executor", metavar="URL", help="Where to grade, if not here: dask://HOST:PORT, a Dask scheduler.")
def grade(
    submissions: Path,
    *,
    out: Path,
    weeks: str | None,
    jobs: int | None,
    fresh: bool,
    roster_file: Path | None,
    course_file: Path,
    required: str,
    allow_unsafe: bool,
    alone: bool,
    executor: str | None,
) -> None:
    """Grades a class: every submission in a folder.

    SUBMISSIONS is a folder of folders and archives, or what Gradescope, Canvas or Moodle exports, unpacked; else it is
    the sample class. Writes gradebook.csv, results/STUDENT.json, feedback/STUDENT.html and the same as .md. An
    interrupted run goes on where it was.
    """
    course = load_course(course_file)
    console = settings.console()
    chosen = settings.weeks(settings.numbers(weeks))
    _expect_elsewhere(out.expanduser(), submissions.expanduser())
    listed = class_list.of(roster_file, course)
    entries, absent = _handed_in(console, submissions.expanduser(), listed, chosen, course)
    with ExitStack() as opened:
        cluster = None
        if executor:
            cluster = opened.enter_context(Cluster(executor, course_file, required, allow_unsafe=allow_unsafe))
            isolation = settings.announced(console, cluster.isolation, cluster.remarks)
        else:
            isolation = settings.sandbox(console, course, required, allow_unsafe=allow_unsafe)
        plan = settings.plan(chosen, course, isolation, hidden=course.hidden_checks)
        written = Written(out.expanduser(), course)
        store = opened.enter_context(closing(written.store()))
        if fresh:
            store.forget()
        at_once = jobs or (cluster.jobs if cluster else default_jobs())
        graded = Cohort(plan, elsewhere=cluster).grade_all(entries, store, at_once)
        grades = _graded(console, graded, of=len(entries), hand_out=written.hand_out)
        without = class_list.named(absent, entries)
        if not listed:
            others = class_list.left_over(console, entries, plan.numbers, store)
            without = {student: written.person(student) for student in others}
        nothing = [
            written.keep(class_list.result_of_nothing(student, person, plan.numbers, store))
            for student, person in without.items()
        ]
        changed = changes.between(store.handed_out(), [*grades, *nothing])
        written.gradebook([*grades, *nothing])
        store.hand_out({grade.student: changes.known(grade) for grade in [*grades, *nothing]})
    console.print(terminal.class_table(grades))
    console.print()
    terminal.show_changes(console, changed)
    pairs = () if alone else _compared(console, entries, chosen, percent=course.similar_percent, written=written)
    page = written.report(grades, absent=nothing, pairs=pairs)
    folder = written.folder
    terminal.say(console, f"Written: {folder}/gradebook.csv, {folder}/results/, {folder}/feedback/", indent=0)
    terminal.say(console, f"Look first at {page}", indent=0)
    if any(grade.result.broken for grade in grades):
        raise SystemExit(settings.GRADER_AT_FAULT)


def _expect_elsewhere(out: Path, submissions: Path) -> None:
    """Raises Refused where the results would be among the submissions: the next run would take them for one."""
    if submissions.is_dir() and out.resolve().is_relative_to(submissions.resolve()):
        raise Refused(f"{out} is among the submissions, and would be taken for one. Name another place with --out.")


def _handed_in(
    console: Console, submissions: Path, roster: Roster | None, weeks: Sequence[Week], course: Course
) -> tuple[list[Submission], list[Person]]:
    """The submissions in a folder, and who in the class list has none; both are said."""
    entries = find(submissions, stages.landmarks(), roster)
    terminal.say(console, f"{count(len(entries), 'submission')} in {submissions}", indent=0)
    absent = class_list.announce(console, entries, roster)
    class_list.announce_untimed(console, entries, weeks, course)
    return entries, absent


def _graded(
    console: Console,
    graded: Generator[tuple[Result, bool], None, None],
    *,
    of: int,
    hand_out: Callable[[Result], Grade],
) -> list[Grade]:
    """Grades with a live display, or a plain line for each submission where the output is no terminal."""
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    grades: list[Grade] = []
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=of)
        try:
            with closing(graded):
                for result, was_stored in graded:
                    grades.append(hand_out(result))
                    progress.advance(bar)
                    if not console.is_terminal:
                        console.print(terminal.line(len(grades), of, result, was_stored), soft_wrap=True)
        except Halted:
            progress.stop()
            click.echo(f"{len(grades)} of {of} are graded and stored. Run the same command to go on.", err=True)
            raise
    return sorted(grades, key=lambda grade: grade.student)


def _compared(
    console: Console, entries: Sequence[Submission], weeks: Iterable[Week], *, percent: float, written: Written
) -> tuple[Pair, ...]:
    """The pairs of programs that are alike, written for the instructor."""
    from grader.similar.pairs import similar  # its libraries take a second, which no other command should wait for

    once = {(entry.path, entry.files): entry for entry in entries}  # the members of a group have one submission
    found = similar(list(once.values()), weeks, percent, handed_out=HANDED_OUT)
    page = written.similar(found)
    terminal.say(console, f"{count(len(found.pairs) + found.more, 'pair')} of programs alike: {page}", indent=0)
    return found.pairs
