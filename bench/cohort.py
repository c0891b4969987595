"""A class of 300 graded on this machine, and killed 50 times on the way: `make bench-cohort`.

The class is made by bench/class_of.py, with the gradebook that it must get. It is graded once undisturbed; then into
another folder again and again, killed with SIGKILL at random moments, until the last is left to end. A run that will
be killed grades fewer at once: beside fifteen others, a week is not done between two kills. Prints what was measured
beside what is asked of it; ends with status 1 where that was not met.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.class_of import COLUMNS, make
from grader.check import Verdict
from grader.commands.settings import ALL_PASSED, GRADER_AT_FAULT
from grader.results import Result
from grader.sandbox.scratch import PREFIX
from tests.corpus import ROOT

MIB = 1024 * 1024
MINUTES, OWN_MIB = 20, 500  # the bars for 300 students on two cores
LOOK_EVERY = 1.0  # seconds between two looks at the grader's own memory
TREE_EVERY = 20.0  # and at that of all programs, which takes a tenth of a second of a processor
FEWER = 2 * (os.cpu_count() or 1)  # submissions at once, where a run will be killed
ENDED_WITHIN = 5.0  # seconds after which no program of a killed grader may be left
SHORTEST = 8.0  # seconds that a killed run takes on average, at least; or all of them as long as the undisturbed one
Weeks = set[tuple[str, int]]  # of students


@dataclass
class Run:
    """One run of `grade`: what it took, what it began to grade, and what was left where it was killed.

    processor    seconds, of all that ran on this machine
    own, tree    the most memory, in MiB: of the grader itself, and of it and all programs that it had started
    begun        the weeks that it began to grade
    stored       the weeks that are stored when it has ended
    was_killed   False where it had ended before
    """

    seconds: float = 0.0
    processor: float = 0.0
    own: float = 0.0
    tree: float = 0.0
    begun: Weeks = field(default_factory=set)
    stored: Weeks = field(default_factory=set)
    was_killed: bool = False
    programs: int = 0
    ended_after: float = 0.0
    alive: list[str] = field(default_factory=list)
    folders: int = 0


@click.command()
@click.option("--students", type=click.IntRange(1), default=300, show_default=True)
@click.option("--kills", type=click.IntRange(0), default=50, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(students: int, kills: int, seed: int) -> None:
    """Measures, and prints a table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left of this either
    place = Path(tempfile.mkdtemp(prefix="cohort-of-lab5-"))
    try:
        place.chmod(0o711)  # programs under test run below it, as other users
        sys.exit(0 if _measured(place, students, kills, seed) else 1)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _measured(place: Path, students: int, kills: int, seed: int) -> bool:
    """Does all of it; whether every bar was met."""
    make(place / "of", students, seed)
    once = _graded(place, "once")
    click.echo(f"graded in {once.seconds:.0f} s, {once.processor:.0f} s of a processor")
    again = _graded(place, "once")
    click.echo(f"once more, with nothing left to do: {again.seconds:.1f} s, {again.processor:.1f} s of a processor")
    chance = random.Random(seed)
    average = max(SHORTEST, once.seconds / max(1, kills))
    runs = [_graded(place, "killed", chance.uniform(0, 2 * average)) for _ in range(kills)]
    runs.append(_graded(place, "killed"))
    wrong = _differences(place / "of" / "expected.csv", place / "once" / "gradebook.csv")
    broken = [line for out in ("once", "killed") for line in _broken(place / out)]
    rows = [
        ("minutes", once.seconds / 60, MINUTES * students / 300),
        ("MiB of the grader itself", once.own, OWN_MIB),
        ("scores that are not as expected", len(wrong), 0),
        ("checks that the grader could not do", len(broken), 0),
        *_of_the_kills(place, once, runs),
    ]
    for line in wrong + broken:
        click.echo(f"    {line}")
    click.echo(f"MiB of the grader and all programs at once: {once.tree:,.0f}")
    return _print(rows)


def _of_the_kills(place: Path, once: Run, runs: list[Run]) -> list[tuple[str, float, float]]:
    killed = [run for run in runs if run.was_killed]
    twice = _graded_twice(runs)
    in_flight = sum(len(run.begun - run.stored) for run in killed)
    click.echo(
        f"killed {len(killed)} times, with {sum(run.programs for run in killed)} processes below it, of which the last "
        f"had ended {max((run.ended_after for run in killed), default=0):.2f} s later; all runs together took "
        f"{sum(run.seconds for run in runs):.0f} s, the last one {runs[-1].seconds:.0f} s"
    )
    click.echo(
        f"weeks begun {sum(len(run.begun) for run in runs)} times, {len(once.begun)} undisturbed; "
        f"in flight when it was killed: {in_flight}; stored at the end: {len(runs[-1].stored)}"
    )
    click.echo(f"folders of killed runs: at most {max((run.folders for run in killed), default=0)} at once")
    for line in [line for run in killed for line in run.alive] + [f"{week} of {who} again" for who, week in twice]:
        click.echo(f"    {line}")
    gradebooks = [(place / out / "gradebook.csv").read_bytes() for out in ("once", "killed")]
    _show_differences(place / "once", place / "killed")
    return [
        ("bytes of the gradebook not as undisturbed", _unlike(*gradebooks), 0),
        ("weeks graded again that were stored", len(twice), 0),
        ("processes left by a killed run", sum(len(run.alive) for run in killed), 0),
        ("folders left in the end", runs[-1].folders, 0),
    ]


def _print(rows: list[tuple[str, float, float]]) -> bool:
    for name, came, at_most in rows:
        met = "met" if came <= at_most else "NOT MET"
        click.echo(f"{came:10,.1f}  at most {at_most:8,.1f}  {met:8}{name}")
    return all(came <= at_most for _, came, at_most in rows)


def _graded(place: Path, out: str, killed_after: float = float("inf")) -> Run:
    """Runs `grade` on the class, into a folder of this name; killed after so many seconds."""
    run, began, worked, log = Run(), time.monotonic(), _processor_seconds(), place / "begun.log"
    temporary = place / "temporary"
    temporary.mkdir(exist_ok=True, mode=0o711)
    log.unlink(missing_ok=True)
    command = [sys.executable, "bench/counted.py", log, "grade", place / "of" / "class", "--weeks", "1-4"]
    command += ["--course", place / "of" / "course.toml", "--require-isolation", "full", "--out", place / out]
    command += ["--jobs", str(FEWER)] if killed_after < float("inf") else []
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with (place / "console.txt").open("w+") as console:
        grader = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=console, stderr=subprocess.STDOUT)
        try:
            _watch(grader, run, began + killed_after)
        finally:
            _kill(grader, run)
        console.seek(0)
        if not run.was_killed and grader.returncode not in (ALL_PASSED, GRADER_AT_FAULT):
            sys.exit(f"grade ended with status {grader.returncode}:\n{console.read()[-2000:]}")
    run.seconds, run.processor = time.monotonic() - began, _processor_seconds() - worked
    run.folders = len(list(temporary.glob(f"{PREFIX}*")))
    run.begun = _begun(log)
    run.stored = _stored(place / out, temporary)
    return run


def _processor_seconds() -> float:
    """Of the whole machine: what a program has used that was killed with its namespace, the kernel tells nobody."""
    used = psutil.cpu_times()
    return used.user + used.nice + used.system + used.irq + used.softirq


def _watch(grader: subprocess.Popen, run: Run, until: float) -> None:
    """Looks at the memory until the grader has ended, or it is time to kill it."""
    looked_at_all = time.monotonic()
    while (left := until - time.monotonic()) > 0:
        with suppress(psutil.Error, OSError, IndexError):  # it may have just ended
            status = Path(f"/proc/{grader.pid}/status").read_text()
            run.own = int(status.partition("VmHWM:")[2].split()[0]) / 1024  # the kernel's own record of the most
            if time.monotonic() - looked_at_all > TREE_EVERY:
                looked_at_all = time.monotonic()
                run.tree = max(run.tree, _memory_of_all(psutil.Process(grader.pid)))
        with suppress(subprocess.TimeoutExpired):
            grader.wait(min(left, LOOK_EVERY))
            return


def _memory_of_all(grader: psutil.Process) -> float:
    """MiB of the grader and of all programs that it has started."""
    size = 0
    for process in [grader, *grader.children(recursive=True)]:
        with suppress(psutil.Error):
            size += process.memory_full_info().pss  # what processes share is counted once
    return size / MIB


def _kill(grader: subprocess.Popen, run: Run) -> None:
    """SIGKILL, and then a look at what it had started: held for an instant before, so that nothing more starts."""
    if grader.poll() is not None:
        return
    grader.send_signal(signal.SIGSTOP)
    programs = psutil.Process(grader.pid).children(recursive=True)
    grader.kill()
    grader.wait()
    run.was_killed, run.programs, killed = True, len(programs), time.monotonic()
    while (alive := [program for program in programs if _is_alive(program)]) and run.ended_after < ENDED_WITHIN:
        time.sleep(0.01)  # there is no event for the end of other people's children
        run.ended_after = time.monotonic() - killed
    run.alive = [str(program) for program in alive]


def _is_alive(program: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return program.is_running() and program.status() != psutil.STATUS_ZOMBIE
    return False


def _begun(log: Path) -> Weeks:
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return {(student, int(week)) for week, _, student in (line.partition(" ") for line in lines)}


def _stored(out: Path, temporary: Path) -> Weeks:
    """What is in the store, read from a copy: SQLite mends what was cut short, and that is left to the grader."""
    with tempfile.TemporaryDirectory(dir=temporary) as folder:
        for file in out.glob("results.sqlite*"):
            shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder, "results.sqlite"))) as store, suppress(sqlite3.OperationalError):
            return set(store.execute("SELECT student, week FROM weeks"))
    return set()


def _graded_twice(runs: list[Run]) -> list[tuple[str, int]]:
    """The weeks that a run has begun to grade although they were stored before."""
    pairs = zip([Run(), *runs], runs, strict=False)
    return sorted(week for before, run in pairs for week in run.begun & before.stored)


def _differences(expected: Path, came: Path) -> list[str]:
    """Each score that is not as expected, and each student who is in one of the two gradebooks only."""
    right, found = _scores(expected), _scores(came)
    lines = [f"{student}: only in one of the gradebooks" for student in sorted(right.keys() ^ found.keys())]
    for student in sorted(right.keys() & found.keys()):
        for column in COLUMNS[1:]:
            if right[student][column] != found[student][column]:
                lines.append(f"{student} {column}: {found[student][column]}, expected {right[student][column]}")
    return lines


def _broken(out: Path) -> list[str]:
    """Each check at which the grader failed, and each submission, with its reason."""
    results = [Result.from_json(path.read_text("utf-8")) for path in sorted((out / "results").glob("*.json"))]
    lines = [f"{out.name} {result.submission}: {result.fault}" for result in results if result.fault]
    return lines + [
        f"{out.name} {result.submission} {outcome.name}: {outcome.came}"
        for result in results
        for outcome in result.outcomes
        if outcome.verdict is Verdict.BROKEN
    ]


def _scores(gradebook: Path) -> dict[str, dict[str, float | None]]:
    with gradebook.open(newline="", encoding="utf-8-sig") as file:
        return {
            row["student"]: {column: float(row[column]) if row[column] else None for column in COLUMNS[1:]}
            for row in csv.DictReader(file)
        }


def _unlike(one: bytes, other: bytes) -> int:
    return abs(len(one) - len(other)) + sum(left != right for left, right in zip(one, other, strict=False))


def _show_differences(one: Path, other: Path) -> None:
    """Each row that is not the same in both gradebooks, and what stands behind it: no verdict may change."""
    rows = [(out / "gradebook.csv").read_text("utf-8-sig").splitlines() for out in (one, other)]
    for left, right in zip(*rows, strict=False):
        if left != right:
            click.echo(f"    undisturbed  {left}\n    killed       {right}")
            student = next(csv.reader([right]))[0]
            for line in sorted(_not_passed(one, student) ^ _not_passed(other, student)):
                click.echo(f"        {line}")


def _not_passed(out: Path, student: str) -> set[str]:
    """The checks that a student did not pass, and why."""
    with closing(sqlite3.connect(out / "results.sqlite")) as store:
        found = store.execute("SELECT result FROM weeks WHERE student = ?", [student]).fetchall()
    checks = [check for (text,) in found for week in json.loads(text)["weeks"] for check in week["checks"]]
    return {
        f"{check['name']} {check['verdict']}: expected {check['expected']}, but {check['came']}; {check['transcript']}"
        for check in checks
        if check["verdict"] != "passed"
    }


if __name__ == "__main__":
    main()
