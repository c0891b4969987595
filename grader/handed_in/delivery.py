"""What was handed in at once, and what is the work in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from grader.results import Person
from grader.submission import SENT_AS, entries_of, named_after

PACKED = tuple(ending for ending in SENT_AS if ending != ".py")  # also those that cannot be opened: that is then said
AGAIN = re.compile(r"-\d{1,2}(?=(\.tar)?\.\w+$)")  # what Canvas and browsers add to a file that is there already


class Claim(NamedTuple):
    """Who handed something in, as far as it says.

    or_else  what it may also mean, where a text can be one thing or another
    """

    person: Person = Person()
    or_else: tuple[Person, ...] = ()


class Delivery(NamedTuple):
    """What came at once.

    title      what it is called where it came from
    claims     who handed it in: one, or of a group several
    submitted  when, in ISO 8601 with its zone; empty where nobody says
    number     of two of one person the larger is the newer; None where the system does not number them
    files      the name in the work and the place of each file, where the work is only some of a folder's files
    name       what names its files where nobody says who it is from, if not its title
    """

    title: str
    path: Path
    claims: tuple[Claim, ...] = (Claim(),)
    submitted: str = ""
    number: int | None = None
    remarks: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    name: str = ""


class File(NamedTuple):
    """One file as a system exports it, by the name that the student gave it."""

    name: str
    path: Path
    number: int | None = None
    remarks: tuple[str, ...] = ()


def work_in(folder: Path, landmarks: set[str]) -> tuple[Path, tuple[str, ...]]:
    """A folder that a system made for what a student sent: itself, or the one archive in it; and what is left out."""
    entries = entries_of(folder) if folder.is_dir() else []
    packed = [entry for entry in entries if is_packed(entry.name)]
    if len(packed) != 1 or any(entry.is_dir() or entry.name in landmarks for entry in entries):
        return folder, ()
    return packed[0], tuple(beside(entry.name) for entry in entries if entry != packed[0])


def strays(entries: Iterable[Path], *remarks: str) -> list[Delivery]:
    """What somebody has put beside an export: folders and archives, which are called as their students are."""
    sent = [entry for entry in entries if entry.is_dir() or entry.name.lower().endswith(SENT_AS)]
    return [called(named_after(entry, set()), entry, remarks) for entry in sent]


def called(name: str, path: Path, remarks: tuple[str, ...] = ()) -> Delivery:
    """A folder or an archive of which nothing is known but its name; that may be an id, a login, an email or a name."""
    readings = Person(id=name), Person(login=name), Person(email=name), Person(name)
    return Delivery(path.name, path, (Claim(Person(), readings),), remarks=remarks, name=name)


def sorted_out(files: Iterable[File], landmarks: set[str]) -> list[Delivery]:
    """What one student sent as single files: each archive is a delivery, and so are programs that came as they are."""
    packed, loose, older = [], {}, []
    for file in sorted(files, key=lambda file: (file.number or 0, file.path.name)):
        name = AGAIN.sub("", file.name)
        if is_packed(name):
            packed.append(Delivery(file.name, file.path, number=file.number, remarks=file.remarks))
        else:
            older += [loose[name]] if name in loose else []
            loose[name] = file
    if packed and not landmarks & loose.keys():
        left = tuple(beside(file.name) for file in [*loose.values(), *older])
        return [delivery._replace(remarks=delivery.remarks + left) for delivery in packed]
    return packed + ([_of_files(loose, older)] if loose else [])


def is_packed(name: str) -> bool:
    """Whether a file is an archive, or calls itself one."""
    return name.lower().endswith(PACKED)


def beside(name: str) -> str:
    """The remark on a file that has no part in the work."""
    return f"left out {name!r}: beside an archive, only the archive counts"


def _of_files(loose: dict[str, File], older: list[File]) -> Delivery:
    """The work that came as single files; of two with one name the last counts."""
    remarks = dict.fromkeys(remark for file in loose.values() for remark in file.remarks)
    renamed = [f"{file.name!r} is taken as {name!r}" for name, file in loose.items() if file.name != name]
    replaced = [f"left out {file.name!r}: there is a newer one" for file in older]
    numbers = [file.number for file in loose.values() if file.number is not None]
    title = ", ".join(file.name for file in loose.values())
    return Delivery(
        title,
        next(iter(loose.values())).path,
        number=max(numbers, default=None),
        remarks=(*remarks, *renamed, *replaced),
        files=tuple((name, file.path) for name, file in loose.items()),
    )
