"""The hostile programs and archives in tests/hostile/: what each must not achieve, and how to look.

They run in the full sandbox, and nowhere else.
"""

from __future__ import annotations

import csv
import importlib.util
import inspect
import io
import os
import tempfile
import time
import tomllib
import unicodedata
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from rich.console import Console

from grader import stages
from grader.cohort import Cohort, Plan
from grader.grades import grade_of
from grader.report import feedback, feedback_page, gradebook, terminal
from grader.results import Result
from grader.sandbox.listeners import Listener, every_listener
from grader.sandbox.ports import HIGHEST, LOWEST, USERS, is_leased_user
from grader.store import Store
from grader.submission import Submission, find
from tests import corpus
from tests.corpus import ROOT, TESTS

HOSTILE = TESTS / "hostile"
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", str(ROOT))  # where a program without a sandbox could write
SETTLED = 1.0  # seconds after which nothing may be left
# What is done to programs of a week, where it is not everything: each needs something else of the grader, and no time.
QUICK = {
    2: (
        "says_hello_with_its_name",
        "says_what_is_typed",
        "prints_a_message_while_nobody_types",
        "says_bye_at_the_end_of_the_input",
        "refuses_a_line_that_does_not_fit",
    )
}


@dataclass(frozen=True)
class Attack:
    """One way to be hostile, as expected.toml describes it. `make` writes the submission to a folder: its path."""

    name: str
    week: int
    kind: str
    attack: str
    contained_by: str
    says: tuple[str, ...]
    deserves: tuple[str, ...]
    seconds: float
    refused: bool
    remarks: tuple[str, ...]
    make: Callable[[Path], Path]


@dataclass(frozen=True)
class Trial:
    """What became of an attack, and of the right program beside it; `faults` is empty where it was contained."""

    attack: Attack
    gained: int
    left: tuple[str, ...]
    seconds: float
    faults: tuple[str, ...]


def attacks() -> list[Attack]:
    """All of them, in the order of the table."""
    table = tomllib.loads((HOSTILE / "expected.toml").read_text("utf-8"))
    return [_attack(name, fields) for name, fields in table.items()]


def programs() -> set[str]:
    """The names of what there is in the folder: one program each, or one function that makes an archive."""
    folders = {path.name for path in HOSTILE.iterdir() if path.is_dir() and not path.name.startswith("_")}
    return folders | _makers().keys()


def plans() -> dict[int, Plan]:
    """How the attacks of each week are graded."""
    return {
        week: replace(corpus.plan([week]), only=QUICK.get(week, ()))
        for week in sorted({each.week for each in attacks()})
    }


def tried(attack: Attack, plan: Plan) -> Trial:
    """Grades the attack with a right program beside it, in the sandbox, and looks what is left of it."""
    assert plan.isolation.tier == 1, "hostile programs run in the full sandbox only"
    before = traces()
    with tempfile.TemporaryDirectory(prefix="zoo-") as folder:
        path = attack.make(Path(folder))
        store = Store(Path(folder, "results.sqlite"))
        began = time.monotonic()
        with closing(store):
            hostile = find(path, stages.landmarks())[0] if path.is_file() else Submission("attack", path)
            entries = [hostile, Submission("neighbour", ROOT / "solutions")]
            results = {result.submission: result for result, _ in Cohort(plan).grade_all(entries, store, jobs=2)}
        took = time.monotonic() - began
        outside = [
            f"wrote {place}" for place in (Path(folder, "outside"), Path(folder).parent / "outside") if place.exists()
        ]
    left = tuple(sorted(_still_there(before) | set(outside)))
    gained = sum(outcome.points for outcome in results[hostile.student].outcomes if outcome.name not in attack.deserves)
    faults = [*_faults(attack, results[hostile.student]), *_sinks(results[hostile.student], plan)]
    faults += [f"{gained} points gained"] * bool(gained) + [f"left behind: {trace}" for trace in left]
    neighbour = results["neighbour"]
    if took > attack.seconds:
        faults.append(f"it took {took:.0f} seconds, not {attack.seconds}")
    if neighbour.broken or neighbour.refused or neighbour.weeks[0].percent < 100:
        why = neighbour.fault or neighbour.refused or [outcome.came for outcome in neighbour.outcomes if outcome.came]
        faults.append(f"the right program beside it does not have its points: {why}")
    return Trial(attack, gained, left, took, tuple(faults))


def traces() -> set[str]:
    """What programs under test could leave on this machine: processes, listeners, files, mounts."""
    found = {f"mount {line.split()[1]}" for line in Path("/proc/self/mounts").read_text().splitlines()}
    found |= {f"listener {listener.host}:{listener.port}" for listener in every_listener() if _is_ours(listener)}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if _is_of_nobody(process.uids().real):
                found.add(f"process {process.pid}: {' '.join(process.cmdline())}")
    for folder in map(Path, SHARED):
        with suppress(OSError):
            found |= {f"file {path}" for path in folder.iterdir() if _is_theirs(path)}
    return found


def _is_ours(listener: Listener) -> bool:
    return LOWEST <= listener.port < HIGHEST or listener.port == 8008


def _is_of_nobody(user: int) -> bool:
    """Whether this is a user of programs under test, and no grader has them at work."""
    return user in USERS and not is_leased_user(user)


def _is_theirs(path: Path) -> bool:
    with suppress(OSError):
        return path.lstat().st_uid in USERS or (path.parent == ROOT and not path.name.startswith("."))
    return False


def _still_there(before: set[str]) -> set[str]:
    """What was not there before, and does not go away by itself."""
    deadline = time.monotonic() + SETTLED
    while (left := traces() - before) and time.monotonic() < deadline:
        time.sleep(0.05)  # there is no event for something that goes away
    return left


def _faults(attack: Attack, result: Result) -> list[str]:
    if result.fault or result.broken:
        return [
            f"the grader failed: {result.fault or [outcome.came for outcome in result.outcomes if outcome.came][:1]}"
        ]
    if attack.refused != bool(result.refused):
        return [f"refused: {result.refused or 'it was not'}"]
    story = result.to_json()
    words = result.refused if attack.refused else story
    faults = [f"the report does not say {word!r}" for word in attack.says if word not in words]
    faults += [f"the remarks do not say {word!r}" for word in attack.remarks if word not in " ".join(result.remarks)]
    passed = {outcome.name for outcome in result.outcomes if outcome.points} - set(attack.deserves)
    faults += [f"it passed {name}" for name in sorted(passed)]
    at = story.find("ESCAPED")
    return faults + [story[at : at + 100]] * (at >= 0)


def _sinks(result: Result, plan: Plan) -> list[str]:
    """What every output that exists makes of the result: none may carry anything that is not plain text."""
    file, grade, course = io.StringIO(), grade_of(result, plan.course), plan.course.title
    console = Console(file=file, width=100, highlight=False)
    for week in result.weeks:
        for outcome in week.checks:
            terminal.show_outcome(console, week.week, outcome)
    console.print(terminal.class_table([grade]))
    with tempfile.TemporaryDirectory(prefix="zoo-") as folder:
        Path(folder, f"{result.submission}.json").write_text(result.to_json())
        gradebook.write(Path(folder, "gradebook.csv"), [grade], grade.weeks)
        outputs = {
            "terminal": file.getvalue(),
            "feedback": feedback.markdown(grade, course),
            "page": feedback_page.html(grade, course),
            "gradebook": Path(folder, "gradebook.csv").read_text("utf-8-sig"),
            "json": result.to_json(),
        }
    faults = []
    for name, text in outputs.items():
        strange = {
            ascii(char) for char in text if char not in "\r\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs")
        }
        faults += [f"{name} has {', '.join(sorted(strange))}"] if strange else []
        faults += [f"{name} has {len(text):,} characters"] * (len(text) > 1 << 20)
        commands = [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]
        faults += [f"{name} has the line {line[:60]!r}" for line in commands if name == "terminal"]
    cells = [cell for row in csv.reader(outputs["gradebook"].splitlines()) for cell in row]
    return faults + [
        f"the gradebook has the formula {cell!r}" for cell in cells if cell.startswith(("=", "+", "-", "@"))
    ]


def _attack(name: str, fields: dict) -> Attack:
    makers = _makers()
    if os.geteuid() != 0 and "refused_to_users" in fields:
        fields = {**fields, "refused": True, "says": [fields["refused_to_users"]]}
    return Attack(
        name=name,
        week=fields.get("week", 1),
        kind=fields["class"],
        attack=fields["attack"],
        contained_by=fields["contained_by"],
        says=tuple(fields.get("says", ())),
        deserves=tuple(fields.get("deserves", ())),
        seconds=fields["seconds"],
        refused=fields.get("refused", False),
        remarks=tuple(fields.get("remarks", ())),
        make=makers.get(name, lambda folder: HOSTILE / name),
    )


def _makers() -> dict[str, Callable[[Path], Path]]:
    """The functions of archives.py, which make submissions and run nothing of them."""
    spec = importlib.util.spec_from_file_location("hostile_archives", HOSTILE / "archives.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = inspect.getmembers(module, inspect.isfunction)
    return {name: make for name, make in functions if not name.startswith("_") and make.__module__ == module.__name__}
