"""A path becomes submissions, and a submission becomes a folder of our own with nothing but plain files in it.

Folders and archives go through the same door: regular files only, names that are safe on every system, and caps
counted while the bytes stream, because what an archive declares need not be true. What is left out is said.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from grader.check import Refused

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
LEFT_OUT = {".git", ".venv", "venv", "node_modules", "__pycache__", "__MACOSX", ".DS_Store", ".pytest_cache", ".idea"}
MAX_FILES = 2_000  # a lab has fifty
MAX_FILE = 10 * 1024 * 1024  # bytes: a screenshot or a capture, not a film
MAX_TOTAL = 50 * 1024 * 1024  # bytes: 300 submissions of this size still fit on a laptop's disk, one at a time
MAX_NAME = 200  # bytes: what every file system and every report can hold
MAX_DEPTH = 10
SEARCH_DEPTH = 4  # folders in which a submission may be wrapped
# What the standard library's archive modules were seen to raise on damaged or encrypted archives.
UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)


class Submission(NamedTuple):
    """One student's work as it was handed in: a folder or an archive."""

    student: str
    path: Path


@dataclass(frozen=True)
class Staged:
    """A submission that stands ready as `lab5/`: what was left out, and the hash of what was not."""

    remarks: tuple[str, ...]
    fingerprint: str


class Member(NamedTuple):
    """A regular file of a submission: its name with `/`, and how to read it."""

    name: str
    open: Callable[[], IO[bytes]]


def find(path: Path, landmarks: set[str]) -> list[Submission]:
    """The submissions in a folder, by name; a folder that is itself one, or an archive, is a class of one.

    Raises Refused where there is nothing to grade.
    """
    if not path.exists():
        raise Refused(f"{path} does not exist. Name a folder of submissions, or one submission.")
    if path.is_file() or any((path / name).exists() for name in landmarks):
        return [Submission(_student(path, set()), path)]
    found: list[Submission] = []
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and entry.name not in LEFT_OUT or entry.name.lower().endswith(ARCHIVES):
            found.append(Submission(_student(entry, {other.student for other in found}), entry))
    if not found:
        raise Refused(f"{path} has no submissions in it: each is a folder, or an archive ({', '.join(ARCHIVES)}).")
    return found


def stage(submission: Submission, into: Path, landmarks: set[str]) -> Staged:
    """Copies or unpacks a submission to `into/lab5`; raises Refused with the reason where that cannot be done."""
    intake = Intake(into / "unpacked")
    try:
        for member in intake.members(submission.path):
            intake.take(member)
    except UNREADABLE as error:
        raise Refused(f"{submission.path.name} cannot be read: {error}.") from None
    root = _locate(intake.folder, landmarks)
    if root != intake.folder:
        intake.remarks.append(f"found in {root.relative_to(intake.folder).as_posix()}/")
    root.rename(into / "lab5")
    return Staged(tuple(intake.remarks), intake.fingerprint())


@dataclass
class Intake:
    """What has been taken in so far, and what was left out."""

    folder: Path
    remarks: list[str] = field(default_factory=list)
    _total: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _hashes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)

    def members(self, path: Path) -> Iterator[Member]:
        """The regular files of a folder or an archive, one after the other."""
        if path.is_dir():
            return self._of_folder(path)
        if path.stat().st_size > MAX_TOTAL:
            raise Refused(f"{path.name} has more than {MAX_TOTAL:,} bytes.")
        if zipfile.is_zipfile(path):
            return self._of_zip(path)
        if path.name.lower().endswith(".zip"):
            raise Refused(f"{path.name} cannot be read: it is damaged, or no zip archive.")
        return self._of_tar(path)

    def take(self, member: Member) -> None:
        """Writes one file below the folder, if its name and size are acceptable."""
        parts = self._acceptable(member.name)
        if parts is None:
            return
        if len(self._names) >= MAX_FILES:
            raise Refused(f"It has more than {MAX_FILES:,} files.")
        name = "/".join(parts)
        key = unicodedata.normalize("NFC", name).casefold()
        if key in self._names:
            raise Refused(f"It has two files that some systems cannot tell apart: {self._names[key]!r} and {name!r}.")
        self._names[key] = name
        self._write(member, name)

    def fingerprint(self) -> str:
        """A hash of every name and every byte."""
        return hashlib.sha256(repr(sorted(self._hashes.items())).encode()).hexdigest()

    def _write(self, member: Member, name: str) -> None:
        target = self.folder.joinpath(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        size, digest = 0, hashlib.sha256()
        with member.open() as source, target.open("xb") as copy:
            while chunk := source.read(1 << 16):
                size += len(chunk)
                self._total += len(chunk)
                if self._total > MAX_TOTAL:
                    raise Refused(f"Unpacked it has more than {MAX_TOTAL:,} bytes.")
                if size > MAX_FILE:
                    break
                digest.update(chunk)
                copy.write(chunk)
        if size > MAX_FILE:
            target.unlink()
            self._leave_out(name, f"more than {MAX_FILE:,} bytes")
            return
        # Zip archives and Windows have no executable bit, and a start.sh may start anything beside it.
        target.chmod(0o755)
        self._hashes[name] = digest.hexdigest()

    def _acceptable(self, name: str) -> tuple[str, ...] | None:
        """The parts of a member's name, or None, with a remark, where it is not to be written."""
        parts = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).parts
        if ignored := LEFT_OUT.intersection(parts):
            self._leave_out(min(ignored), "not part of the work")
        elif not parts or parts[0] == "/" or ".." in parts or any(part[0] == "-" for part in parts):
            self._leave_out(name, "its name leads elsewhere")
        elif not name.isprintable() or ":" in name:
            self._leave_out(name, "its name has characters that not every system takes")
        elif len(name.encode("utf-8", "surrogateescape")) > MAX_NAME or len(parts) > MAX_DEPTH:
            self._leave_out(name, "its name is too long")
        else:
            return parts
        return None

    def _leave_out(self, name: str, why: str) -> None:
        remark = f"left out {ascii(name)[:60]}: {why}"
        if remark not in self.remarks:
            self.remarks.append(remark)

    def _of_folder(self, top: Path) -> Iterator[Member]:
        for folder, subfolders, files in os.walk(top):
            for name in sorted(LEFT_OUT.intersection(subfolders)):
                self._leave_out(name, "not part of the work")
            subfolders[:] = sorted(set(subfolders) - LEFT_OUT)
            links = [name for name in subfolders if Path(folder, name).is_symlink()]
            for name in sorted([*files, *links]):
                path = Path(folder, name)
                relative = path.relative_to(top).as_posix()
                if stat.S_ISREG(path.lstat().st_mode):
                    yield Member(relative, lambda path=path: path.open("rb"))
                else:
                    self._leave_out(relative, "a link or a special file")

    def _of_zip(self, path: Path) -> Iterator[Member]:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)
                if info.is_dir():
                    continue
                if kind in (0, stat.S_IFREG):
                    yield Member(info.filename, lambda info=info: archive.open(info))
                else:
                    self._leave_out(info.filename, "a link or a special file")

    def _of_tar(self, path: Path) -> Iterator[Member]:
        with tarfile.open(path) as archive:
            for info in archive:
                if info.isreg():
                    yield Member(info.name, lambda info=info: archive.extractfile(info))
                elif not info.isdir():
                    self._leave_out(info.name, "a link or a special file")


def _student(path: Path, taken: set[str]) -> str:
    name = path.absolute().name
    ending = next((ending for ending in ARCHIVES if name.lower().endswith(ending)), "")
    stem = name[: len(name) - len(ending)]
    return name if stem in taken else stem


def _locate(folder: Path, landmarks: set[str]) -> Path:
    """The folder that looks like `lab5/`: the one nearest to the top, because people wrap their work once or twice."""
    level = [folder]
    for _ in range(SEARCH_DEPTH):
        found = [place for place in level if any((place / name).exists() for name in landmarks)]
        if len(found) > 1:
            found = [place for place in found if place.name == "lab5"] or found
        if len(found) > 1:
            places = " and ".join(place.relative_to(folder).as_posix() + "/" for place in found)
            raise Refused(f"More than one folder in it looks like the work: {places}. Hand in one.")
        if found:
            return found[0]
        level = sorted(below for place in level for below in place.iterdir() if below.is_dir())
    return folder
