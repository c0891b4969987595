"""How fast a class is graded: one `grade` of 40 submissions against one pytest process for each of them.

    make bench                  prints seconds and ratios, all measured in this run, and what was left behind

Twenty submissions are right, twenty are wrong, and five of these never answer. The baselines are bench/one_by_one.py
(the same checks and deadlines, each check by itself) and the grader's own pytest front end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader.sandbox.listeners import every_listener
from grader.sandbox.ports import HIGHEST, LOWEST
from grader.sandbox.workspace import MARK
from tests.corpus import ROOT, promises, samples

WRONG = (
    "adds_a_newline", "binds_every_address", "crashes_on_an_empty_message", "decodes_as_utf8", "echoes_twice",
    "ends_with_status_1", "forgets_so_reuseaddr", "forgets_to_listen", "index_error_when_port_missing",
    "raises_an_exception_after_the_echo", "reads_10_bytes", "sends_upper_case", "serves_for_ever", "syntax_error",
    "traceback_when_port_in_use",
)  # fmt: skip
SILENT = (
    "waits_for_1024_bytes", "waits_for_1024_bytes", "echoes_only_after_the_client_hangs_up",
    "echoes_only_after_the_client_hangs_up", "waits_for_a_newline",
)  # fmt: skip


@click.command()
@click.option("--two/--no-two", default=True, help="Also the baseline with two processes at a time.")
def main(two: bool) -> None:
    """Prints the seconds of each way, and how many times longer than `grade` it takes."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = _class(Path(folder) / "class")
        ours = _timed("grade", lambda: _grade(Path(folder)))
        ways: dict[str, Callable[[], object]] = {
            "one pytest process for each, checks one by one": lambda: _each(chosen, _one_by_one, 1),
            "one pytest process for each, our front end": lambda: _each(chosen, _front_end, 1),
        }
        if two:
            ways["the first, two processes at a time"] = lambda: _each(chosen, _one_by_one, 2)
        for name, way in ways.items():
            click.echo(f"    {_timed(name, way) / ours:.1f} times as long as grade")
    ports = [listener for listener in every_listener() if LOWEST <= listener.port < HIGHEST]
    click.echo(f"left behind: processes: {len(_strays())}, listening ports: {len(ports)}")


def _class(folder: Path) -> list[Path]:
    """Copies of the chosen submissions, in a folder like a class."""
    sampled = [promise.path for name, promise in samples().items() if "right" in name and promise.path.is_dir()]
    unusual = [p.path for name, p in promises("unusual", 1).items() if not p.needs and not name.startswith("slow")]
    planted = promises("broken", 1)
    chosen = (sampled + unusual)[:20] + [planted[name].path for name in (*WRONG, *SILENT)]
    folder.mkdir()
    for number, path in enumerate(chosen):
        shutil.copytree(path, folder / f"{number:02}-{path.name}")
    return sorted(folder.iterdir())


def _timed(name: str, work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    click.echo(f"{seconds:7.1f} s  {name}")
    return seconds


def _grade(folder: Path) -> None:
    command = [sys.executable, "-m", "grader", "grade", folder / "class", "--weeks", "1", "--out", folder / "grades"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _each(paths: list[Path], start: Callable[[Path], None], at_once: int) -> None:
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(start, paths))


def _one_by_one(path: Path) -> None:
    _pytest("bench/one_by_one.py", environment={**os.environ, "SUBMISSION": str(path)})


def _front_end(path: Path) -> None:
    _pytest("--week", "1", "--submission", str(path), "--hidden", environment=dict(os.environ))


def _pytest(*arguments: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def _strays() -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if MARK in process.environ():
                found.append(process)
        except psutil.Error:
            pass
    return found


if __name__ == "__main__":
    main()
