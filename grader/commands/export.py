"""A graded class, in the forms that other systems read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from grader import changes
from grader.check import Refused
from grader.commands import settings
from grader.course import Course
from grader.course import load as load_course
from grader.exports import autolab, canvas, classroom50, ctrf, gradescope, junit, moodle, prairielearn
from grader.exports.classroom50 import Place
from grader.exports.sheet import Filled
from grader.exports.work import Work, work_of
from grader.grades import Grade, grade_of
from grader.report import terminal
from grader.results import Result
from grader.store import Store
from grader.wording import count

FOR_ONE = {"gradescope": ".json", "prairielearn": ".json", "autolab": ".txt", "classroom50": ".json"}
FOR_A_CLASS = {"canvas": ".csv", "moodle": ".csv", "junit": ".xml", "ctrf": ".json"}
SUBMITTED = "SUBMITTED"  # in the environment: when it was handed in, where nothing else says it


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice([*FOR_ONE, *FOR_A_CLASS]))
@click.option("--out", type=click.Path(path_type=Path), default=Path("grades"), help="What `grade` has written.")
@click.option("--student", metavar="NAME", help="Only this one, by the name in the gradebook. [default: all]")
@click.option("--week", "weeks", type=int, multiple=True, help="Only this week; may be repeated. [default: all]")
@click.option("--into", metavar="FILE", help="Where to write; - is standard output. [default: OUT/exports/]")
@click.option("--template", type=click.Path(path_type=Path), help="A gradebook of Canvas, a worksheet of Moodle.")
@click.option("--assignment", metavar="ID", default="", help="The column of Canvas to fill in, by number or title.")
@settings.course_option
def export(
    form: str,
    *,
    out: Path,
    student: str | None,
    weeks: tuple[int, ...],
    into: str | None,
    template: Path | None,
    assignment: str,
    course_file: Path,
) -> None:
    """Writes what other systems read of a graded class.

    FORMAT is gradescope, prairielearn, autolab or classroom50 (a file for each student), canvas or moodle (a table),
    junit or ctrf (one file). Runs nothing: what `grade` has found out is told in another form.
    docs/grading-a-class.md says what to do with it there.
    """
    out = out.expanduser()
    course = load_course(course_file)
    grades = _only(graded(out, course), student)
    works = [work_of(grade, course, weeks) for grade in grades]
    place = out / "exports" / f"{form}{FOR_A_CLASS.get(form, '')}"
    if form in ("canvas", "moodle"):
        table = _canvas if form == "canvas" else _moodle
        filled = table(grades, course, weeks, template=_read(template), assignment=assignment)
        _write(into, place, filled.text)
        said = filled.remarks
    elif form in FOR_A_CLASS:
        _write(into, place, junit.report(works) if form == "junit" else ctrf.report(works))
        said = []
    else:
        said = _one_by_one(form, works, place, into)
    _say([*said, *_not_graded(works)])


def graded(out: Path, course: Course) -> list[Grade]:
    """The grades of the class as the gradebook in OUT has them; raises Refused where by this course they are others."""
    database = out / "results.sqlite"
    if not database.is_file():
        raise Refused(f"There is no {database}: grade the class first, or name the folder with --out.")
    with closing(Store(database)) as store:
        handed_out = store.handed_out()
    if not handed_out:
        raise Refused(f"Grading into {out} has not ended yet: no gradebook is written.")
    grades = [grade_of(_result(out, student, course), course) for student in sorted(handed_out)]
    if changed := changes.between(handed_out, grades):
        first = changed[0]
        raise Refused(
            f"{out}/gradebook.csv has other grades for {count(len(changed), 'student')}, as {first.student}: "
            f"{changes.said(first.before)} in all, now {changes.said(first.after)}, by this course file and what is "
            "graded. Name the course file that the gradebook is by (--course), or run `grade` again to its end."
        )
    return grades


def _result(out: Path, student: str, course: Course) -> Result:
    """What is known of a student, also what the store does not keep: who it is, and what could not be graded."""
    file = out / "results" / f"{student}.json"
    try:
        result = Result.from_json(file.read_text("utf-8"))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise Refused(f"{file} cannot be read: grade the class again, which takes a moment.") from None
    return settings.as_it_counts(result, course)


def _only(grades: list[Grade], student: str | None) -> list[Grade]:
    chosen = [grade for grade in grades if student in (None, grade.student, grade.result.person.name)]
    if not chosen:
        raise Refused(f"No student is called {student!r}. The gradebook has their names in its first column.")
    return chosen


def _canvas(
    grades: Sequence[Grade], course: Course, weeks: Sequence[int], *, template: str | None, assignment: str
) -> Filled:
    if template is None:
        raise Refused(
            "Canvas makes a new assignment of every column that it does not know. Export the gradebook there, and name "
            "the file with --template: its columns are filled in."
        )
    if assignment:  # one column: of the week, or the total
        works = [work_of(grade, course, weeks) for grade in grades]
        return canvas.filled(template, [canvas.Column(0, assignment, works)])
    columns = [
        canvas.Column(week, "", [work_of(grade, course, (week,)) for grade in grades])
        for week in weeks or _weeks_of(grades)
    ]
    return canvas.filled(template, columns)


def _moodle(
    grades: Sequence[Grade], course: Course, weeks: Sequence[int], *, template: str | None, assignment: str
) -> Filled:
    if assignment:
        raise Refused("--assignment is for Canvas: a worksheet of Moodle is one assignment.")
    works = [work_of(grade, course, weeks) for grade in grades]
    if template is not None:
        return moodle.worksheet(template, works)
    columns = {
        f"Week {week}": [work_of(grade, course, (week,)) for grade in grades] for week in weeks or _weeks_of(grades)
    }
    return moodle.gradebook({**columns, "Total": works})


def _one_by_one(form: str, works: Sequence[Work], folder: Path, into: str | None) -> list[str]:
    """A file for each student, in a folder; a single student's where it is said."""
    if len(works) > 1 and into == "-":
        raise Refused("On standard output there is room for one student: name one with --student.")
    remarks = []
    for work in works:
        name = f"{work.grade.student}{FOR_ONE[form]}"
        try:
            text = _text(form, work)
        except Refused as refusal:
            if len(works) == 1:
                raise
            remarks.append(f"{work.student} is left out: {refusal}")
            continue
        if len(works) == 1:
            _write(into, folder / name, text)
        else:
            _write(None, (Path(into) if into else folder) / name, text, quiet=True)
    if len(works) > 1:
        remarks.insert(0, f"Written: {count(len(works) - len(remarks), 'file')} in {into or folder}/")
    return remarks


def _text(form: str, work: Work) -> str:
    if form == "classroom50":
        return classroom50.result(work, _place(work))
    return {"gradescope": gradescope.results, "prairielearn": prairielearn.results, "autolab": autolab.lines}[form](
        work
    )


def _place(work: Work) -> Place:
    """What Classroom 50 says in the environment of its autograders; elsewhere, what is known."""
    environment = os.environ
    submitted = next((week.submitted for week in work.weeks if week.submitted), "") or environment.get(SUBMITTED, "")
    if not submitted and work.percent is not None:
        raise Refused(f"Nobody says when it was handed in: set {SUBMITTED}, as {SUBMITTED}=2026-10-05T23:59:00+02:00.")
    try:
        datetime.fromisoformat(submitted or "2026-10-05")
    except ValueError:
        raise Refused(f"{SUBMITTED} is a date with a time, as 2026-10-05T23:59:00+02:00, not {submitted!r}.") from None
    login = work.grade.result.person.login or work.student
    return Place(
        classroom=environment.get("CLASSROOM", "lab5"),
        assignment=environment.get("ASSIGNMENT", "-".join(f"week{week.week}" for week in work.weeks)),
        assignment_type=environment.get("ASSIGNMENT_TYPE", "individual"),
        owner=environment.get("OWNER", login),
        submission=environment.get("SUBMISSION_TAG", f"submit/{login}"),
        commit=environment.get("COMMIT_URL", ""),
        release=environment.get("RELEASE_URL", ""),
        review=environment.get("REVIEW_URL", ""),
        datetime=submitted,
    )


def _weeks_of(grades: Sequence[Grade]) -> list[int]:
    return sorted({week.week for grade in grades for week in grade.result.weeks})


def _read(template: Path | None) -> str | None:
    if template is None:
        return None
    try:
        return template.expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise Refused(f"{template} cannot be read: {reason}.") from None


def _write(into: str | None, place: Path, text: str, *, quiet: bool = False) -> None:
    if into == "-":
        click.echo(text, nl=False)
        return
    path = Path(into).expanduser() if into else place
    settings.make(path.parent)
    settings.write(path, text)
    if not quiet:
        _say([f"Written: {path}"])


def _not_graded(works: Sequence[Work]) -> list[str]:
    lacking = [work for work in works if work.percent is None]
    sentences = [f"{work.student}: {work.says[0]}" for work in lacking]
    head = f"No score for {count(len(lacking), 'student')}, because there is none:"
    return [head, *sentences] if lacking else []


def _say(sentences: Sequence[str]) -> None:
    """On standard error: the file itself may go to standard output."""
    for sentence in sentences:
        click.echo(terminal.for_terminal(sentence), err=True)
