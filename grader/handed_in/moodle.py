"""Moodle's “download all submissions”: `Jane Doe_1234567_assignsubmission_file_`, as a folder or before a file's name.

The number is that of the user in this one assignment; the grading worksheet has it as `Participant 1234567`. Nothing
says when the work came.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from grader.handed_in.delivery import Claim, Delivery, File, sorted_out, strays, work_in
from grader.results import Person

ENTRY = re.compile(r"(?P<who>.+)_(?P<user>\d{1,20})_assignsubmission_(?P<kind>[a-z]+)(_(?P<name>.*))?", re.DOTALL)
TEXT = "onlinetext.html"
TYPED = "what was typed into Moodle is left out: it is no program"


def looks_like(names: list[str]) -> bool:
    """Whether entries of these names are such a download: at least half of them are named so."""
    return 0 < len(names) <= 2 * sum(bool(ENTRY.fullmatch(name)) for name in names)


def deliveries(folder: Path, entries: list[Path], landmarks: set[str]) -> list[Delivery]:
    """What was handed in; nothing where this is no such download."""
    if not looks_like([entry.name for entry in entries]):
        return []
    named = [(entry, ENTRY.fullmatch(entry.name)) for entry in entries]
    of_user: dict[str, list[tuple[Path, re.Match]]] = defaultdict(list)
    for entry, match in named:
        if match:
            of_user[match["user"]].append((entry, match))
    found = [delivery for parts in of_user.values() for delivery in _of_one(parts, landmarks)]
    return found + strays(entry for entry, match in named if not match)


def _of_one(parts: list[tuple[Path, re.Match]], landmarks: set[str]) -> list[Delivery]:
    """What one participant sent."""
    _, first = parts[0]
    claim = Claim(Person(first["who"], lms=first["user"]))
    sent = [(path, match) for path, match in parts if match["kind"] == "file"]
    found = []
    for path, _ in sent:
        if path.is_dir():
            work, remarks = work_in(path, landmarks)
            found.append(Delivery(work.name if work != path else path.name, work, remarks=remarks))
    found += sorted_out(
        (File(match["name"] or path.name, path) for path, match in sent if not path.is_dir()), landmarks
    )
    typed = [path for path, match in parts if match["kind"] != "file"]
    if not found:
        found = [Delivery(path.name, path, files=() if path.is_dir() else ((TEXT, path),)) for path in typed[:1]]
    remarks = (TYPED,) if typed else ()
    return [delivery._replace(claims=(claim,), remarks=delivery.remarks + remarks) for delivery in found]
