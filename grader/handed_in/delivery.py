"""What was handed in at once, and what is the work in it."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from grader.results import Person
from grader.submission import SENT_AS, entries_of, is_packed, named_after

AGAIN = re.compile(
    r"(-\d{1,2}| \(\d{1,2}\))(?=(\.tar)?\.\w+$)"
)  # what Canvas and browsers add to a file that is there already


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
    files      the name in the work and the place of each file, where the work is only some of a folder's files
    name       what names its files where nobody says who it is from, if not its title
    """

    title: str
    path: Path
    claims: tuple[Claim, ...] = (Claim(),)
    submitted: str = ""
    remarks: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    name: str = ""


class File(NamedTuple):
    """One file as a system exports it, by the name that the student gave it.

    number  of two of one name the larger is the newer; None where the system does not number them
    """

    name: str
    path: Path
    number: int | None = None
    remarks: tuple[str, ...] = ()


def work_in(folder: Path, landmarks: set[str]) -> tuple[Path, tuple[str, ...]]:
    """A folder that a system made for what a student sent: itself, or the one archive in it; and what is left out."""
    entries = entries_of(folder) if folder.is_dir() else []
    packed = [entry for entry in entries if is_packed(entry.name) and stat.S_ISREG(entry.lstat().st_mode)]
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
    files = sorted(files, key=lambda file: (file.number or 0, file.path.name))
    names, times = {file.name for file in files}, Counter(AGAIN.sub("", file.name) for file in files)
    newest, older = {}, []
    for file in files:
        name = AGAIN.sub("", file.name)
        is_numbered = file.number is not None and (name in names or not is_packed(name))
        if times[name] > 1 and not is_numbered:  # nobody says which is the newer: it may be called so, as week-1.zip
            name = file.name
        older += [newest[name]] if name in newest else []
        newest[name] = file
    loose = {name: file for name, file in newest.items() if not is_packed(name)}
    packed = [Delivery(file.name, file.path, remarks=file.remarks) for name, file in newest.items() if is_packed(name)]
    left = tuple(f"left out {file.name!r}: there is a newer one" for file in older)
    if packed and not landmarks & loose.keys():
        left += tuple(beside(file.name) for file in loose.values())
    elif loose:
        packed.append(_of_files(loose))
    return [delivery._replace(remarks=delivery.remarks + left) for delivery in packed]


def beside(name: str) -> str:
    """The remark on a file that has no part in the work."""
    return f"left out {name!r}: beside an archive, only the archive counts"


def _of_files(loose: dict[str, File]) -> Delivery:
    """The work that came as single files."""
    remarks = dict.fromkeys(remark for file in loose.values() for remark in file.remarks)
    renamed = [f"{file.name!r} is taken as {name!r}" for name, file in loose.items() if file.name != name]
    title = ", ".join(file.name for file in loose.values())
    return Delivery(
        title,
        next(iter(loose.values())).path,
        remarks=(*remarks, *renamed),
        files=tuple((name, file.path) for name, file in loose.items()),
    )
