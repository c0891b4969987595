"""What the sandbox costs and what it holds, measured side by side in one run: `make bench-sandbox`.

start      a program started in the full sandbox against a bare one, 30 of each in turn
cohort     the sample class with the sandbox against limits only, in turn
same-port  100 submissions that listen on the same ports at once: how many are graded right
killed     SIGKILL of a grader at 50 random moments: what is alive a second later, and whether the run goes on
tiers      the unusual right programs in each tier of this machine, as this user and as an ordinary one
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

import click

sys.path.insert(0, str(Path(__file__).parents[1]))

from grader.course import load
from grader.results import Result
from grader.sandbox import ports
from grader.sandbox.isolation import Isolation, best, limits_only, tiers
from grader.sandbox.scratch import scratch
from grader.sandbox.workspace import Workspace, passed_on
from tests.corpus import ROOT, graded, plan, promises, samples
from tests.processes import contained

COURSE = load()
STARTS = 30
SAME_PORTS = 100
KILLS = 50
PORTS = (8008, 8040)  # instead of 12,000: with so few, every submission listens where the others do
KILLED_WITHIN = 8.0  # seconds; the sample class takes longer
ALIVE_AFTER = 1.0  # seconds
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ORDINARY = 54_321  # the number of a user that nobody has given anything


@click.group(chain=True)
def main() -> None:
    """Measures the sandbox."""


@main.command()
def start() -> None:
    """A server's start until it listens, bare and in the sandbox."""
    took: dict[str, list[float]] = {"bare": [], "sandboxed": []}
    opened = []
    with scratch() as one, scratch() as other:
        shutil.copytree(ROOT / "solutions", one / "lab5")
        shutil.copytree(ROOT / "solutions", other / "lab5")
        full = _full()
        began = time.monotonic()
        with _workspace(limits_only(), one) as bare, _workspace(full, other) as sandboxed:
            opened.append(time.monotonic() - began)
            for _ in range(STARTS):
                took["bare"].append(_until_it_listens(bare))
                took["sandboxed"].append(_until_it_listens(sandboxed))
    medians = {name: 1000 * median(seconds) for name, seconds in took.items()}
    more = medians["sandboxed"] - medians["bare"]
    click.echo(
        f"start: bare {medians['bare']:.1f} ms, sandboxed {medians['sandboxed']:.1f} ms: {more:.1f} ms more "
        f"(medians of {STARTS} side by side); opening the sandbox, once for each submission: {1000 * opened[0]:.0f} ms"
    )


@main.command()
@click.option("--rounds", default=3, show_default=True)
def cohort(rounds: int) -> None:
    """The sample class, with and without."""
    ways = {"limits only": limits_only(), "full": _full()}
    took: dict[str, list[float]] = {name: [] for name in ways}
    paths = {name: promise.path for name, promise in samples().items()}
    for _ in range(rounds):
        for name, isolation in ways.items():
            began = time.monotonic()
            graded(paths, plan([1], isolation))
            took[name].append(time.monotonic() - began)
    bare, full = (median(seconds) for seconds in took.values())
    click.echo(
        f"sample class: limits only {bare:.1f} s, full {full:.1f} s: {full / bare:.2f} times (medians of {rounds})"
    )


@main.command()
def same_port() -> None:
    """Submissions that all listen on the same few ports at the same time."""
    ports.LOWEST, ports.HIGHEST = PORTS
    paths = {f"student-{number}": ROOT / "solutions" for number in range(SAME_PORTS)}
    results = graded(paths, plan([1], _full()), jobs=SAME_PORTS)
    wrong = {name: why for name, result in results.items() if (why := _wrong_with(result))}
    right = len(results) - len(wrong)
    click.echo(f"same port: {right} of {SAME_PORTS} graded right, all at once on ports {PORTS[0]} to {PORTS[1] - 1}")

    for name, why in wrong.items():
        click.echo(f"    {name}: {why[:300]}")


@main.command()
@click.option("--seed", default=1, show_default=True)
def killed(seed: int) -> None:
    """SIGKILL at random moments."""
    moments = random.Random(seed)
    alive, resumed = [], 0
    with tempfile.TemporaryDirectory() as out:
        for number in range(KILLS):
            fresh = [] if number % 5 else ["--fresh"]
            grader = subprocess.Popen(_grade(Path(out), fresh), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with suppress(subprocess.TimeoutExpired):
                grader.wait(moments.uniform(0.2, KILLED_WITHIN))
            grader.kill()
            grader.wait()
            time.sleep(ALIVE_AFTER)
            alive += contained()
        said = subprocess.run(_grade(Path(out), []), capture_output=True, text=True, check=False).stdout
        resumed = said.count("(as before)")
        rows = Path(out, "gradebook.csv").read_text("utf-8-sig").count("\n") - 1
    click.echo(f"killed: {KILLS} times; alive {ALIVE_AFTER:.0f} s later: {len(alive)} {alive[:3] or ''}")
    click.echo(f"    the run went on: {rows} rows, {resumed} of them graded before the last kill")


@main.command("tiers")
@click.option("--here", is_flag=True, help="With this interpreter and this user alone.")
def all_tiers(here: bool) -> None:
    """Every tier; as root also for an ordinary user, with a copy of the project that all users can read."""
    if here:
        for isolation in tiers():
            _unusual(isolation)
        return
    if os.geteuid() != 0:
        sys.exit("Run this as root, or with --here.")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "lab5")
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        place.mkdir()
        copy = subprocess.run(
            ["tar", "-c", "--null", "-T", "-"], cwd=ROOT, input=files, capture_output=True, check=True
        )
        subprocess.run(["tar", "-x", "-C", str(place)], input=copy.stdout, check=True)
        subprocess.run(["make", "PYTHON=/usr/bin/python3", ".venv/ready"], cwd=place, check=True)
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        command = [".venv/bin/python", "bench/sandbox.py", "tiers", "--here"]
        user = ["setpriv", f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", "--"]
        for before in ([], user):
            subprocess.run(
                [*before, *command], cwd=place, check=True, env={"PATH": PATH, "PYTHONDONTWRITEBYTECODE": "1"}
            )


def _unusual(isolation: Isolation) -> None:
    chosen = {name: promise for name, promise in promises("unusual", 1).items() if not promise.missing}
    results = graded({name: promise.path for name, promise in chosen.items()}, plan([1], isolation))
    wrong = {name: faults for name, promise in chosen.items() if (faults := promise.broken_by(results[name]))}
    who = "root" if os.geteuid() == 0 else "an ordinary user"
    right = len(chosen) - len(wrong)
    click.echo(f"tier {isolation.tier}, as {who}: {right} of {len(chosen)} unusual right programs have their points")
    for name, faults in wrong.items():
        click.echo(f"    {name}: {faults[0][:300]}")


def _wrong_with(result: Result) -> str:
    """Why a right program does not have all points."""
    failures = [f"{outcome.name}: {outcome.came} {outcome.said}" for outcome in result.outcomes if not outcome.points]
    return result.fault or result.refused or "; ".join(failures)


def _full() -> Isolation:
    isolation, failed = best(COURSE.limits)
    if isolation is None or isolation.tier != 1:
        sys.exit(f"There is no full sandbox here: {failed[0].reason if failed else ''}")
    return isolation


def _workspace(isolation: Isolation, folder: Path) -> Workspace:
    environment = passed_on(os.environ)
    return Workspace(folder, isolation.site(folder, COURSE.limits, COURSE.visible), environment=environment)


def _until_it_listens(workspace: Workspace) -> float:
    with workspace.lease_port() as lease:
        began = time.monotonic()
        program = workspace.start("server.py", ("localhost", str(lease.number)))
        while not program.listeners():
            assert program.exit_status(0.001) is None
        took = time.monotonic() - began
        program.end()
    return took


def _grade(out: Path, options: list[str]) -> list[str]:
    return [sys.executable, "-m", "grader", "grade", "--out", str(out), *options]


if __name__ == "__main__":
    main()
