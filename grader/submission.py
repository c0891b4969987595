"""A path becomes submissions, and a submission becomes the folder `lab5/` of a place of our own."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from grader.check import Refused
from grader.intake import ARCHIVES, LEFT_OUT, UNREADABLE, Intake
from grader.results import UNOPENED, Person

PACKED = (*ARCHIVES, ".rar", ".7z", ".gz", ".bz2", ".xz")  # also those that cannot be opened: that is then said
SENT_AS = (*PACKED, ".py")  # what a student may have sent as a single file
ENDINGS = (*SENT_AS, ".tar.bz2", ".tar.xz")  # what is no part of a student's name
# What says nothing of a submission, but that this machine has no room, or cannot read its disk.
OUR_OWN = {
    errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.ESTALE
}  # fmt: skip
LONGEST = 200  # bytes of a student's name: file systems take 255, and reports add an ending
SEARCH_DEPTH = 4  # folders in which a submission may be wrapped


class Submission(NamedTuple):
    """One student's work as it was handed in: a folder, an archive, or some files.

    path       where it is; of some files the first
    submitted  when, in ISO 8601 with its zone; empty where nobody says
    remarks    what an instructor should know about how it came
    files      the name in the work and the place of each file, where the work is only some of a folder's files
    """

    student: str
    path: Path
    person: Person = Person()
    submitted: str = ""
    remarks: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Staged:
    """A submission that stands ready as `lab5/`: what was left out, and the hash of what was not."""

    remarks: tuple[str, ...]
    fingerprint: str


def find(path: Path, landmarks: set[str]) -> list[Submission]:
    """The submissions in a folder, by name; a folder that is itself one, or an archive, is a class of one.

    Raises Refused where there is nothing to grade.
    """
    if not path.exists():
        raise Refused(f"{path} does not exist. Name a folder of submissions, or one submission.")
    if path.is_file():
        return [Submission(named_after(path, set()), path)]
    if mark := next((name for name in sorted(landmarks) if (path / name).exists()), None):
        others = [
            entry.name for entry in entries_of(path) if entry.name not in landmarks and _is_work(entry, landmarks)
        ]
        if others:
            others_too = f"also submissions: {', '.join(others[:3])}{' ...' if others[3:] else ''}"
            raise Refused(
                f"{path} has {mark} in it, like a submission, and {others_too}. Move {mark} away, or name one."
            )
        return [Submission(named_after(path, set()), path)]
    found: list[Submission] = []
    for entry in entries_of(path):
        if entry.is_dir() or entry.name.lower().endswith(SENT_AS):
            found.append(Submission(named_after(entry, {other.student for other in found}), entry))
    if not found:
        raise Refused(f"{path} has no submissions in it: each is a folder, or an archive ({', '.join(ARCHIVES)}).")
    return found


def stage(submission: Submission, into: Path, landmarks: set[str]) -> Staged:
    """Copies or unpacks a submission to `into/lab5`; raises Refused with the reason where that cannot be done."""
    intake = Intake(into / "unpacked")
    try:
        for member in intake.loose(submission.files) if submission.files else intake.members(submission.path):
            intake.take(member)
    except UNREADABLE as error:
        if getattr(error, "errno", None) in OUR_OWN:
            raise
        reason = getattr(error, "strerror", None) or "it is damaged, or no zip or tar archive"
        raise Refused(f"{submission.path.name} cannot be read: {reason}.") from None
    root = _locate(intake.folder, landmarks)
    if root is None:
        inner = [name for name in intake.names() if name.lower().endswith(ARCHIVES)]
        if inner:
            raise Refused(f"It holds {ascii(inner[0])}, which is not opened. Hand in that archive itself.")
        root = intake.folder
    for name in intake.names():
        if is_packed(name) and (intake.folder / name).parent in (intake.folder, root):
            intake.remark(f"{UNOPENED} {name!r}: it is beside other work")
    if root not in (intake.folder, intake.folder / "lab5"):
        intake.remark(f"found in {root.relative_to(intake.folder).as_posix()}/")
    root.rename(into / "lab5")
    return Staged(tuple(intake.all_remarks()), intake.fingerprint())


def is_packed(name: str) -> bool:
    """Whether a file is an archive, or calls itself one."""
    return name.lower().endswith(PACKED)


def entries_of(path: Path) -> list[Path]:
    """What is in a folder, by name, without what systems leave there."""
    return sorted(entry for entry in path.iterdir() if entry.name not in LEFT_OUT)


def _is_work(entry: Path, landmarks: set[str]) -> bool:
    """Whether an entry of a folder looks like a submission of its own."""
    if entry.is_dir():
        return any((entry / name).exists() for name in landmarks)
    return entry.name.lower().endswith(ARCHIVES)


def named_after(path: Path, taken: set[str]) -> str:
    """What names the files of a submission that is known by its own name alone."""
    name = path.absolute().name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    ending = max((ending for ending in (*ENDINGS, "") if name.lower().endswith(ending)), key=len)
    stem = short(name[: len(name) - len(ending)])
    if stem in taken:
        stem = short(name)
    return stem if stem not in taken else f"{stem[:LONGEST]}-{len(taken)}"


def short(name: str) -> str:
    """A name that is not too long for that of a file, with an ending; two long ones stay different."""
    if len(name.encode()) <= LONGEST:
        return name
    return f"{name.encode()[:100].decode(errors='ignore')}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _locate(folder: Path, landmarks: set[str]) -> Path | None:
    """The folder that looks like `lab5/`: the one nearest to the top, because people wrap their work once or twice."""
    level = [folder]
    for _ in range(SEARCH_DEPTH + 1):
        found = [place for place in level if any((place / name).exists() for name in landmarks)]
        if len(found) > 1:
            found = [place for place in found if place.name == "lab5"] or found
        if len(found) > 1:
            places = " and ".join(place.relative_to(folder).as_posix() + "/" for place in found)
            raise Refused(f"More than one folder in it looks like the work: {places}. Hand in one.")
        if found:
            return found[0]
        level = sorted(below for place in level for below in place.iterdir() if below.is_dir())
    return None
