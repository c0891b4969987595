"""Canvas's “download submissions”: the files of all students in one folder, `doejane_101_5001_lab5.zip`.

First comes the name as it is sorted, in small letters and without anything between; `LATE_` where it came late; then
Canvas's number of the user; the number of the file; its name. So it says that work is late, but not when it came.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from grader.handed_in.delivery import Claim, Delivery, File, sorted_out, strays
from grader.results import Person
from grader.submission import is_packed

FILE = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d{1,20})_(?P<number>\d{1,20})_(?P<name>.+)", re.DOTALL)
TYPED = re.compile(r"(?P<who>.+?)_(?P<late>LATE_)?(?P<user>\d{1,20})_(?P<name>(text|link)\.html)")
SCHEME = 3  # archives, and all of one user: rather than that nobody else of a class has handed in
LATE = "Canvas calls it late, but not when it came"
ONLY_TYPED = "a text or a link was typed into Canvas: it is no program"


def looks_like(names: list[str]) -> bool:
    """Whether entries of these names are such a download: at least half of them are named so, and they are not by a
    scheme of the course's own, as `lab_5_NUMBER_NAME.zip`, in which all would be of the user 5."""
    found = [match for name in names if (match := _read(name))]
    who: dict[str, str] = {}
    others = sum(who.setdefault(match["user"], match["who"]) != match["who"] for match in found)  # one has one name
    archives = sum(is_packed(match["name"]) for match in found)
    is_scheme = 2 * others >= len(found) or (len(who) == 1 and archives >= SCHEME)
    return 0 < len(names) <= 2 * (len(found) - others) and not is_scheme


def deliveries(folder: Path, entries: list[Path], landmarks: set[str]) -> list[Delivery]:
    """What was handed in; nothing where this is no such download."""
    if not looks_like([entry.name for entry in entries]):
        return []
    named = [(entry, _read(entry.name)) for entry in entries]
    of_user: dict[tuple[str, str], list[tuple[Path, re.Match]]] = defaultdict(list)
    for entry, match in named:
        if match and not entry.is_dir():
            of_user[match["user"], match["who"]].append((entry, match))
    found = [delivery for files in of_user.values() for delivery in _of_one(files, landmarks)]
    return found + strays(entry for entry, match in named if not match or entry.is_dir())


def _read(name: str) -> re.Match | None:
    """What the name of a file says; what was typed may have no number of a file."""
    return FILE.fullmatch(name) or TYPED.fullmatch(name)


def _is_typed(match: re.Match) -> bool:
    return match["name"] in ("text.html", "link.html")


def _of_one(files: list[tuple[Path, re.Match]], landmarks: set[str]) -> list[Delivery]:
    """What one user sent."""
    _, first = files[0]
    claim = Claim(Person(first["who"], lms=first["user"]))
    sent = [
        File(match["name"], path, int(match["number"]), (LATE,) if match["late"] else ())
        for path, match in files
        if not _is_typed(match)
    ]
    typed = [path for path, match in files if _is_typed(match)]
    found = sorted_out(sent, landmarks) or [Delivery(path.name, path, files=((path.name, path),)) for path in typed]
    remarks = (ONLY_TYPED,) if typed else ()
    return [delivery._replace(claims=(claim,), remarks=delivery.remarks + remarks) for delivery in found]
