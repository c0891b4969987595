"""Which files students get, and their archive: always the same bytes for the same lab.

The grader's part is what the students' commands import, found by following the imports from them.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from grader.check import Refused
from grader.course import DEFAULT, Course, load
from grader.handout.withheld import without
from grader.intake import LEFT_OUT
from grader.stages import Week

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).with_name("students")  # README, Makefile and settings, which are not as an instructor's
TOP = "chat-room"  # the folder that unpacking makes
COMMANDS = ("check", "progress", "serve", "link", "doctor")
STARTS = ("grader/__main__.py", "grader/pytest_plugin.py", *(f"grader/commands/{name}.py" for name in COMMANDS))
NOT_FOR_STUDENTS = ("(tests only)", "(classes only)")  # in the comment above a requirement
LEFT_BEHIND = (*LEFT_OUT, ".ruff_cache", ".gitignore", "build")
ENDINGS_LEFT_BEHIND = (".pyc", ".egg-info", ".db", ".db-wal", ".db-shm")
SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?<!\.)")  # on every system; no `:`, no blank, no dot at the end
NO_FILE_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can say


class Handout(NamedTuple):
    """What students get: files by name, and the text that was cut out of the grader's, by the name of its file."""

    files: dict[str, bytes]
    secret: dict[str, str]


def handout(weeks: Sequence[Week], course_file: Path = DEFAULT) -> Handout:
    """All files of a handout; raises Refused where one of them cannot be handed out."""
    files = dict(_lab5(weeks))
    _look_at(files)
    kept, secret = _grader(weeks, load(course_file))
    files |= {name: text.encode() for name, text in kept.items()}
    files["grader/course.toml"] = _course(course_file, weeks).encode()
    files["requirements.txt"] = requirements((ROOT / "requirements.txt").read_text("utf-8")).encode()
    for path in OWN.iterdir():
        files[path.name] = path.read_bytes()
    files["README.md"] = files["README.md"].replace(b"{weeks}", _list(weeks).encode())
    return Handout(files, secret)


def write(files: Mapping[str, bytes], archive: Path) -> None:
    """Makes a zip of files: sorted, of one time, scripts executable; raises Refused where it cannot be written."""
    try:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in sorted(files):
                entry = zipfile.ZipInfo(f"{TOP}/{name}", EPOCH)
                entry.create_system = 3  # Unix, wherever it is made: so that there are permissions
                entry.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
                packed.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise Refused(f"{archive} cannot be written: {error.strerror}.") from None


def requirements(text: str) -> str:
    """The requirements without those whose comment says that they are for tests or for classes only."""
    blocks = re.findall(r"(?:#.*\n)+(?:[^#\n].*\n)*", text)
    return "".join(block for block in blocks if not any(mark in block for mark in NOT_FOR_STUDENTS))


def _grader(weeks: Sequence[Week], course: Course) -> tuple[dict[str, str], dict[str, str]]:
    """The files of the grader by name, and what was cut out of them."""
    kept: dict[str, str] = {}
    secret: dict[str, str] = {}
    of = {f"grader/stages/{week.name}.py": week for week in weeks}
    sandbox = [path.relative_to(ROOT).as_posix() for path in (ROOT / "grader" / "sandbox").glob("*.py")]
    todo = [*STARTS, *sandbox, *of]  # of the sandbox, some are not imported but started
    while todo:
        name = todo.pop()
        if name in kept:
            continue
        kept[name] = (ROOT / name).read_text("utf-8")
        if name in of:
            kept[name], secret[name] = _public(kept[name], of[name], course)
        todo += _imported(kept[name])
    return kept, secret


def _public(source: str, week: Week, course: Course) -> tuple[str, str]:
    """A week's file without its hidden checks, and what they were; it says how many points they give."""
    hidden = [check for check in week.checks if check.hidden]
    public, secret = without(source, [check.name for check in hidden], f"{week.name}.py")
    points = course.points.get(week.number, {})
    kept_back = sum(points.get(check.name, check.points) for check in hidden if not check.stretch)
    if kept_back:
        public += f"\n\nKEPT_BACK = {kept_back}  # points of more checks, which are done when the class is graded\n"
    return public, secret


def _imported(source: str) -> set[str]:
    """The files of the grader that a module imports, with the packages that they are in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = [Path(*name.split(".")) for name in names if name.startswith("grader.")]
    places = {place for path in ours for place in (path, *path.parents) if place.name}
    found = {way for place in places for way in (place.with_suffix(".py"), place / "__init__.py")}
    return {path.as_posix() for path in found if (ROOT / path).is_file()}


def _lab5(weeks: Sequence[Week]) -> Iterator[tuple[str, bytes]]:
    """Handouts and starter code of these weeks; the handout of week 1 is that of the lab, too."""
    folders = {week.folder for week in weeks}
    for path in sorted((ROOT / "lab5").rglob("*")):
        parts = path.relative_to(ROOT / "lab5").parts
        folder = parts[0] if re.match(r"week\d+_", parts[0]) else ""
        if path.is_symlink():
            raise Refused(f"{path.relative_to(ROOT)} is a link: put the file itself there.")
        if any(part in LEFT_BEHIND or part.endswith(ENDINGS_LEFT_BEHIND) for part in parts) or not path.is_file():
            continue
        if folder in folders or parts == ("README.md",):
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def _course(file: Path, weeks: Sequence[Week]) -> str:
    """The course file without roster, seed, comments, and the points of checks that students do not have."""
    tables = tomllib.loads(DEFAULT.read_text("utf-8"))
    for table, values in tomllib.loads(file.read_text("utf-8-sig")).items():
        tables[table] = tables.get(table, {}) | values
    tables["course"] |= {"roster": "", "seed": 1}
    points = tables.pop("points", {})
    for week in weeks:
        shown = {check.name for check in week.checks if not check.hidden}
        ours = points.get(f"week{week.number}", {})
        tables[f"points.week{week.number}"] = {name: ours[name] for name in ours if name in shown}
    lines = ["# With what your work is checked; your instructor's file says the same, and more."]
    for table, values in tables.items():
        lines += [f"\n[{table}]", *(f"{key} = {_toml(value)}" for key, value in values.items())] if values else []
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)


def _list(weeks: Iterable[Week]) -> str:
    return "\n".join(f"| {week.number} | `{Path('lab5', week.folder).as_posix()}/` | {week.title} |" for week in weeks)


def _look_at(names: Iterable[str]) -> None:
    """Raises Refused for a name that some system cannot have."""
    seen: dict[str, str] = {}
    for name in names:
        parts = PurePosixPath(name).parts
        if not all(SAFE.fullmatch(part) and not NO_FILE_OF_WINDOWS.fullmatch(part) for part in parts):
            raise Refused(f"{name!r} cannot be handed out: not every system takes such a name. Rename it.")
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise Refused(f"{name} and {other} differ in capital letters only: on Windows they are one. Rename one.")
