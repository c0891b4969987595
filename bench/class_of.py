"""A class to measure the grader on: right, wrong, hanging, hostile and refused submissions of weeks 1 to 4.

    python bench/class_of.py FOLDER --students 300 --seed 1

    FOLDER/class/        a folder or an archive for each student, named by what it is
    FOLDER/expected.csv  what each must get, from the promises in tests/*/expected.toml: nothing is graded for it
    FOLDER/course.toml   the course to grade it by: nobody has promised who passes stretch checks, so they give nothing

The same seed makes the same class: of programs that need no more than the project itself does.
"""

from __future__ import annotations

import csv
import random
import shutil
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader import stages
from grader.course import load
from tests.corpus import ROOT, Promise, promises
from tests.zoo import Attack, attacks

WEEKS = (1, 2, 3, 4)
KINDS = {"right": 42, "wrong": 36, "hanging": 8, "hostile": 8, "refused": 6}  # of a hundred students
HANDED_IN = {1: 0.95, 2: 0.8, 3: 0.6, 4: 0.6}  # which share of the class has done a week
UNUSUAL = 0.5  # of right programs; the others are the solution
BUGS = 0.6  # of the weeks of a wrong submission; its others are right
SHAPES = ("folder", "folder", "wrapped folder", "zip", "wrapped zip", "tar.gz")
# Promised bugs that answer nothing, or never end.
HANGING = {1: ("never_answers", "waits_for_1024_bytes", "waits_for_a_newline", "waits_for_ever_for_a_message",
               "serves_for_ever"),
           2: ("never_gives_up", "says_hello_for_ever", "waits_for_ok_for_ever", "waits_for_welcome_for_ever"),
           3: ("sleeps_for_the_whole_wait", "asks_for_ever_at_404", "waits_for_its_listener_at_the_end"),
           4: ("asks_for_ever_when_the_password_is_wrong", "waits_for_its_listener_at_the_end")}  # fmt: skip
ENDLESS = {"a_loop_without_end": "while True:\n    pass\n", "a_sleep_without_end": "import time\n\ntime.sleep(9999)\n"}
DRAWN_IN = 0.5  # of hanging programs: one that nobody has planted, which does nothing at all
MANY_FILES = 10_000
COLUMNS = ("student", *(f"week{week}" for week in WEEKS), "total")
NO_BYTECODE = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True)
class Expected:
    """One student of the class: the points of each week in percent, None for all where the submission is refused."""

    student: str
    weeks: dict[int, int] | None

    def row(self) -> list[object]:
        """Its line of expected.csv."""
        if self.weeks is None:
            return [self.student, *[""] * len(WEEKS), ""]
        scores = [self.weeks.get(week, 0) for week in WEEKS]
        return [self.student, *scores, f"{sum(scores) / len(scores):.2f}".rstrip("0").rstrip(".")]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--students", type=click.IntRange(1), default=300, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(folder: Path, students: int, seed: int) -> None:
    """Makes a class in a new FOLDER, and the gradebook that it must get."""
    expected = make(folder, students, seed)
    for kind in KINDS:
        click.echo(f"{sum(student.student.endswith(kind) for student in expected):5} {kind}")


def make(folder: Path, students: int, seed: int) -> list[Expected]:
    """Writes the class, expected.csv and course.toml."""
    (folder / "class").mkdir(parents=True)
    chance = random.Random(seed)
    kinds = chance.choices([*KINDS], [*KINDS.values()], k=students)
    expected = [_student(folder / "class", f"{number:03}-{kind}", chance) for number, kind in enumerate(kinds, 1)]
    with (folder / "expected.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *(student.row() for student in expected)])
    (folder / "course.toml").write_text(_course(), "utf-8")
    return expected


def _student(folder: Path, name: str, chance: random.Random) -> Expected:
    kind = name.rpartition("-")[2]
    if kind == "refused":
        return _refused(folder, name, chance)
    with tempfile.TemporaryDirectory() as place:
        work, weeks = Path(place, "lab5"), {}
        work.mkdir()
        for week in [week for week in WEEKS if chance.random() < HANDED_IN[week]]:
            weeks[week] = PUT[kind](work, week, chance)
        _hand_in(work, folder / name, chance.choice(SHAPES))
    return Expected(name, weeks)


def _right(work: Path, week: int, chance: random.Random) -> int:
    """Adds a right program: the points that it must get."""
    if chance.random() < UNUSUAL:
        return _put(work, week, chance.choice(_possible("unusual", week)))
    return _solution(work, week)


def _wrong(work: Path, week: int, chance: random.Random) -> int:
    """Adds a program with a planted bug, or a right one."""
    if chance.random() < BUGS:
        return _put(work, week, chance.choice(_possible("broken", week)))
    return _right(work, week, chance)


def _hanging(work: Path, week: int, chance: random.Random) -> int:
    """Adds a program that hangs, somewhere or everywhere."""
    if chance.random() < DRAWN_IN:
        return _put(work, week, promises("broken", week)[chance.choice(HANGING[week])])
    program = ENDLESS[chance.choice([*ENDLESS])]
    for subject in stages.load(week).subjects.values():
        (work / subject.program).parent.mkdir(exist_ok=True)
        (work / subject.program).write_text(program, "utf-8")
    return 0


def _hostile(work: Path, week: int, chance: random.Random) -> int:
    """Adds an attack as week 1; the other weeks are right, and an attack must not harm them."""
    if week != 1:
        return _right(work, week, chance)
    shutil.copytree(chance.choice(_attacks()).make(work), work, ignore=NO_BYTECODE, dirs_exist_ok=True)
    return 0


PUT: dict[str, Callable[[Path, int, random.Random], int]] = {
    "right": _right,
    "wrong": _wrong,
    "hanging": _hanging,
    "hostile": _hostile,
}


def _solution(work: Path, week: int) -> int:
    part = stages.load(week).folder
    left_out = NO_BYTECODE if part else _what_is_not_of_week_1
    shutil.copytree(ROOT / "solutions" / part, work / part, ignore=left_out, dirs_exist_ok=True)
    return stages.load(week).points


def _put(work: Path, week: int, promise: Promise) -> int:
    """Adds a program of the corpus; in a week of two programs the other one is the solution's."""
    if len(stages.load(week).subjects) > 1:
        _solution(work, week)
    shutil.copytree(promise.path, work, ignore=NO_BYTECODE, dirs_exist_ok=True)
    return replace(promise, path=work).earns(week)


@cache
def _possible(kind: str, week: int) -> list[Promise]:
    return [promise for promise in promises(kind, week).values() if not promise.needs]


@cache
def _attacks() -> list[Attack]:
    """Programs of week 1 that get nothing, whatever they try."""
    return [each for each in attacks() if each.week == 1 and each.kind != "intake" and not each.deserves]


@cache
def _bad_archives() -> list[Attack]:
    return [each for each in attacks() if each.refused]


def _refused(folder: Path, name: str, chance: random.Random) -> Expected:
    """Makes a submission that does not get in, or has nothing in it."""
    ways: list[Callable[[Path, str], Expected]] = [_empty, _with_many_files]
    bad = chance.choice([*_bad_archives(), *ways])
    if not isinstance(bad, Attack):
        return bad(folder, name)
    with tempfile.TemporaryDirectory() as place:
        made = bad.make(Path(place))
        ending = ".tar.gz" if made.name.endswith(".tar.gz") else made.suffix
        shutil.move(made, folder / f"{name}{ending}")
    return Expected(name, None)


def _empty(folder: Path, name: str) -> Expected:
    (folder / name).mkdir()
    return Expected(name, {})


def _with_many_files(folder: Path, name: str) -> Expected:
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        for number in range(MANY_FILES):
            archive.writestr(f"{number}.txt", "")
    return Expected(name, None)


def _hand_in(work: Path, target: Path, shape: str) -> None:
    """Puts what is ready in `work` where the class is, as one of the forms in which students send it."""
    top = work.parent if shape.startswith("wrapped") else work
    if shape.endswith("folder"):
        shutil.copytree(top, target)
    elif shape.endswith("zip"):
        with zipfile.ZipFile(f"{target}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(top.rglob("*")):
                archive.write(path, path.relative_to(top))
    else:
        with tarfile.open(f"{target}.tar.gz", "w:gz") as archive:
            archive.add(top, ".")


def _what_is_not_of_week_1(folder: str, names: list[str]) -> list[str]:
    """Names in the solutions, for copytree."""
    return [name for name in names if name.startswith(("week", "__pycache__"))]


def _course() -> str:
    lines = [f"bonus_cap = {load().bonus_cap:g}", ""]
    for week in map(stages.load, WEEKS):
        stretch = [f"{check.name} = 0" for check in week.checks if check.stretch]
        lines += [f"[points.week{week.number}]", *stretch, ""] if stretch else []
    return "\n".join(["[course]", *lines])


if __name__ == "__main__":
    main()
