"""The proof of a handout: it has nothing that students are to find out themselves, and works where it is unpacked."""

from __future__ import annotations

import ast
import shutil
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.handout.contents import ROOT, TOP, Handout
from grader.stages import Week
from grader.verify import Trial

SHORTEST = 20  # characters of a line, or of a text in quotes, that is somebody's own
TEXTS = {".md", ".py", ".sh", ".toml"}


def faults(handout: Handout, archive: Path) -> list[str]:
    """What is wrong with an archive, without running anything of it."""
    return [*_strangers(handout.files, archive), *_leaks(handout)]


def trials(archive: Path, into: Path, weeks: Sequence[Week]) -> list[Trial]:
    """Unpacks a handout, and a second time with the solutions dropped in; what is to be tried of both."""
    lab = unpack(archive, into)
    solved = into / "solved" / "lab5"
    shutil.copytree(lab / "lab5", solved)
    for week in weeks:
        for path in (ROOT / "solutions" / week.folder).iterdir():
            if path.is_file():
                shutil.copy(path, solved / week.folder)
            elif week.number != 1 or path.name == "test":
                shutil.copytree(path, solved / week.folder / path.name, dirs_exist_ok=True)
    return [
        Trial(lab, tree, week, complete, tuple(check for check in week.checks if not check.hidden))
        for week in weeks
        for tree, complete in ((lab / "lab5", False), (solved, True))
    ]


def unpack(archive: Path, into: Path) -> Path:
    """Unpacks a handout as `unzip` does, with permissions; gives the folder that this makes."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            Path(packed.extract(entry, into)).chmod(stat.S_IMODE(entry.external_attr >> 16))
    return into / TOP


def _strangers(files: Mapping[str, bytes], archive: Path) -> Iterator[str]:
    """What is in the archive besides these files, or is no file at all."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            name = entry.filename.removeprefix(f"{TOP}/")
            if name not in files or not stat.S_ISREG(entry.external_attr >> 16) or packed.read(entry) != files[name]:
                yield f"{entry.filename} is not what was to be packed"


def _leaks(handout: Handout) -> Iterator[str]:
    """What only solutions or hidden checks have, each with its place in the handout."""
    solved_files = _read(ROOT / "solutions")
    # What stands only in lab5 excuses nothing: it may be a solution by another name.
    lab5 = [text for name, text in _read(ROOT / "lab5").items() if name.replace("lab5", "solutions", 1) in solved_files]
    lines = set(_lines([*lab5, *_read(ROOT / "grader").values()]))
    solutions = {line: name for name, text in solved_files.items() for line in _lines([text])}
    solved = {line: name for line, name in solutions.items() if line not in lines}
    secret = dict(_secrets(handout, "\n".join(lab5)))
    for name, content in sorted(handout.files.items()):
        text = content.decode("utf-8", "replace")  # it may be a picture
        for number, line in enumerate(text.splitlines(), start=1):
            if source := solved.get(line.strip()) or secret.get(line.strip()):
                yield f"{name}, line {number}: {line.strip()!r} is from {source}"
        for part in (part for part in secret if part in text and part not in _lines([text])):
            yield f"{name}, line {text[: text.index(part)].count(chr(10)) + 1}: {part!r} is from {secret[part]}"


def _secrets(handout: Handout, lab5: str) -> Iterator[tuple[str, str]]:
    """The lines of hidden checks, and the texts in them, that no public check and no handout has; and their file."""
    public = lab5 + "".join(handout.files[name].decode() for name in handout.secret)
    for name, cut in handout.secret.items():
        texts = [node.value for node in ast.walk(ast.parse(cut)) if isinstance(node, ast.Constant)]
        for part in (*_lines([cut]), *_lines(text for text in texts if isinstance(text, str))):
            if part not in public and part != part.upper():  # a constant of numbers is nobody's own
                yield part, f"the hidden checks of {name}"


def _lines(texts: Iterable[str]) -> list[str]:
    lines = (line.strip() for text in texts for line in text.splitlines())
    return [line for line in lines if len(line) >= SHORTEST]


def _read(tree: Path) -> dict[str, str]:
    """The texts of a tree, without the sample class, by name."""
    paths = (path for path in sorted(tree.rglob("*")) if path.suffix in TEXTS and "samples" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
