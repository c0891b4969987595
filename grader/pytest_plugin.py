"""pytest as a second front end: `pytest --week 1 --submission lab5`, with `-k`, `-x`, `--junitxml`.

The items are the same check objects, run by the same engine; a failure prints our transcript, not our source. Nothing
of the submission is collected, imported or read as configuration by pytest: its path is only handed to the engine.
"""

from __future__ import annotations

import os
import shlex
import signal
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from grader import course, runner, stages
from grader.check import Check, Refused, Verdict
from grader.patience import measured
from grader.report import terminal
from grader.results import Outcome
from grader.sandbox.bare import Bare
from grader.sandbox.program import let_programs_hear_signals, make_room_for_sockets
from grader.sandbox.scratch import scratch
from grader.sandbox.workspace import Workspace, passed_on
from grader.submission import Submission, stage

ROOT = Path(__file__).parent.parent


class NotPassed(Exception):
    """A check that has not passed; its text is the whole story."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the grader's own command, under the same names."""
    group = parser.getgroup("lab5", "Lab 5: check a submission")
    group.addoption("--week", type=int, help="check this week of a submission instead of running the tests")
    group.addoption("--submission", default="lab5", help="the folder or archive to check (default: lab5)")
    group.addoption("--hidden", action="store_true", help="the hidden checks as well")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """With --week, no conftest.py is loaded, and no configuration but this project's is accepted."""
    known = early_config.known_args_namespace
    if known.week is None:
        return
    if early_config.inipath != ROOT / "pyproject.toml":
        raise pytest.UsageError(f"Run this in {ROOT}: pytest reads {early_config.inipath} as its configuration.")
    known.noconftest = True


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """With --week, what is collected is the file of that week's checks, and nothing else."""
    number = session.config.option.week
    if number is None:
        return
    try:
        week = stages.load(number)
    except Refused as refusal:
        raise pytest.UsageError(str(refusal)) from None
    session.config.args[:] = [str(ROOT / "grader" / "stages" / f"{week.name}.py")]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The file of the week's checks gives one item a check."""
    number = parent.config.option.week
    if number is None or file_path.stem != stages.load(number).name:
        return None
    return WeekFile.from_parent(parent, path=file_path, week=stages.load(number))


class WeekFile(pytest.File):
    """A week's checks as pytest items."""

    def __init__(self, *, week: stages.Week, **arguments: object):
        super().__init__(**arguments)
        self.week = week

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each check that is asked for."""
        for check in self.week.checks:
            if self.config.option.hidden or not check.hidden:
                yield CheckItem.from_parent(self, name=check.name, check=check)


class CheckItem(pytest.Item):
    """One check."""

    def __init__(self, *, check: Check, **arguments: object):
        super().__init__(**arguments)
        self.check = check

    def runtest(self) -> None:
        """Passes, fails with the story, or is skipped where it cannot be done here, or waits for one that failed."""
        outcome = _outcome(self)
        if outcome is None:
            lacks = f"address {self.check.needs_address}" if self.check.needs_address else "pseudo-terminals"
            pytest.skip(f"this machine has no {lacks}")
        if outcome.verdict is Verdict.BLOCKED and self.session.testsfailed:
            pytest.skip(f"blocked: {outcome.came}")
        if outcome.verdict is Verdict.BLOCKED:  # what blocks it was not selected, and nothing else would be red
            raise NotPassed(f"blocked: {outcome.came}")
        if outcome.verdict is not Verdict.PASSED:
            raise NotPassed(_story(self.config.option.week, outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """The story of the conversation; a traceback only of what is the grader's own fault."""
        if isinstance(excinfo.value, NotPassed | Refused):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check stands, for an editor's test explorer."""
        return self.path, self.check.converse.__code__.co_firstlineno - 1, self.name


CONVERSATION = pytest.StashKey[Iterator[Outcome]]()
OUTCOMES = pytest.StashKey[dict[str, Outcome]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Ends the submission's programs, also where `-x` or Ctrl-C has ended the session."""
    if CONVERSATION in session.stash:
        session.stash[CONVERSATION].close()


def _outcome(item: CheckItem) -> Outcome | None:
    """The outcome of this item's check; the engine goes on until it is known."""
    stash = item.session.stash
    if CONVERSATION not in stash:
        stash[CONVERSATION] = _outcomes(item.config, [other.check for other in item.session.items])
        stash[OUTCOMES] = {}
    while item.name not in stash[OUTCOMES]:
        outcome = next(stash[CONVERSATION], None)
        if outcome is None:
            return None
        stash[OUTCOMES][outcome.name] = outcome
    return stash[OUTCOMES][item.name]


def _outcomes(config: pytest.Config, checks: list[Check]) -> Iterator[Outcome]:
    path = Path(config.option.submission)
    if not path.exists():
        raise Refused(f"There is no {path}. Name a folder that looks like lab5, or an archive of one.")
    let_programs_hear_signals()
    make_room_for_sockets()
    for name in ("SIGTERM", "SIGHUP"):  # pytest would die of them, and leave the programs running
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    settings = course.load()
    environment = passed_on(os.environ)
    with scratch() as folder:
        stage(Submission(path.name, path), folder, stages.landmarks())
        site = Bare(folder, settings.limits)
        with Workspace(folder, site, environment=environment, token=settings.token) as workspace:
            possible, _ = runner.possible(checks, workspace)
            patience = measured(settings.answer, settings.silent)
            yield from runner.run(stages.load(config.option.week), possible, workspace, patience)


def _story(week: int, outcome: Outcome) -> str:
    console = Console(width=100, highlight=False, force_terminal=False, color_system=None)
    with console.capture() as captured:
        terminal.show_outcome(console, week, outcome)
    return captured.get()


def guard() -> None:
    """Makes every pytest of this virtual environment read this project's configuration, and no other.

    pytest chooses its configuration before any plugin is loaded, by the paths on its command line: for `--submission
    lab5` it would be a `lab5/pytest.ini`, which can name modules to import. A .pth file is read before that.
    """
    addopts = shlex.quote(f"--config-file={ROOT / 'pyproject.toml'}")
    is_pytest = "any('pytest' in word for word in sys.orig_argv)"  # programs under test have nothing to do with it
    line = f"import os, sys; {is_pytest} and os.environ.setdefault('PYTEST_ADDOPTS', {addopts!r})\n"
    Path(sysconfig.get_path("purelib"), "lab5_pytest.pth").write_text(line, "utf-8")


if __name__ == "__main__":
    guard()
