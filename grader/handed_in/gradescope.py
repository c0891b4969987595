"""Gradescope's “export submissions”: folders `submission_123`, and beside them `submission_metadata.yml`.

The file is as Ruby writes it: the keys are symbols (`:submitters:`), and whole result pages may stand in it, of which
nothing is needed. So it is read event by event, and no object is ever made of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import yaml

from grader.check import Refused
from grader.handed_in.delivery import Claim, Delivery, strays, work_in
from grader.results import Person

FILE = "submission_metadata.yml"
FOLDER = re.compile(r"submission_\d{1,20}")
LARGEST = 30 * 1024 * 1024  # bytes: read in half a minute
DEEPEST = 50  # levels: Gradescope's own has ten, and the reader takes time in the square of them
LONGEST = 1_000  # characters of a name
PEOPLE = 100  # in a group
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where there is one
Place = tuple[str | int, ...]  # keys and indices, from the outermost inwards


class Listed(NamedTuple):
    """What the file says of one submission."""

    submitters: defaultdict[int, dict[str, str]]
    created_at: list[str]


def looks_like(names: list[str]) -> bool:
    """Whether entries of these names are such an export."""
    return FILE in names


def deliveries(folder: Path, entries: list[Path], landmarks: set[str]) -> list[Delivery]:
    """What was handed in; nothing where this is no such export. Raises Refused where the file cannot be used."""
    if not looks_like([entry.name for entry in entries]):
        return []
    listed = _listed(folder / FILE)
    if not listed:
        raise Refused(f"{folder / FILE} lists no submissions. Export them again, and name the folder as it comes.")
    found = [_delivery(folder / name, entry, landmarks) for name, entry in listed.items()]
    return found + strays((entry for entry in entries if entry.name not in listed), f"is not listed in {FILE}")


def _delivery(place: Path, listed: Listed, landmarks: set[str]) -> Delivery:
    people = [
        Person(fields.get(":name", ""), fields.get(":sid", ""), fields.get(":email", ""))
        for fields in listed.submitters.values()
    ]
    path, remarks = work_in(place, landmarks)
    if not place.exists():
        remarks = (f"is listed in {FILE}, but there is no such folder",)
    claims = tuple(map(Claim, people)) or (Claim(),)
    return Delivery(place.name, path, claims, submitted=_moment(listed.created_at), remarks=remarks)


def _listed(path: Path) -> dict[str, Listed]:
    """The submissions by the names of their folders."""
    if path.stat().st_size > LARGEST:
        raise Refused(f"{path} has more than {LARGEST:,} bytes: it is not as Gradescope writes it.")
    listed: dict[str, Listed] = {}
    try:
        with path.open("rb") as file:
            for place, text in _scalars(yaml.parse(file, Loader=LOADER)):
                if FOLDER.fullmatch(str(place[0])):
                    _note(listed.setdefault(place[0], Listed(defaultdict(dict), [])), place[1:], text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f", line {line + 1}"
        raise Refused(
            f"{path}{where}: this is no YAML as Gradescope writes it. Export the submissions again."
        ) from None
    return listed


def _note(listed: Listed, place: Place, text: str) -> None:
    match place:
        case (":submitters", int(number), ":name" | ":sid" | ":email" as field) if number < PEOPLE:
            listed.submitters[number][field] = " ".join(text[:LONGEST].split())
        case (":created_at",) | (":created_at", "utc"):  # of newer ones a time with its zone, as Ruby on Rails has it
            listed.created_at.append(text)


def _scalars(events: Iterable[yaml.Event]) -> Iterator[tuple[Place, str]]:
    """Each text in mappings and lists, and where it stands; what an alias stands for only where that is a text."""
    place: list[str | int | None] = []  # of each level the key, None before it has come, or the index
    known: dict[str, str] = {}
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            place.pop()
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            text = event.value if isinstance(event, yaml.ScalarEvent) else known.get(event.anchor, "")
            if isinstance(event, yaml.ScalarEvent) and event.anchor:
                known[event.anchor] = text[:LONGEST]
            if place and place[-1] is None:
                place[-1] = text
                continue
            if place:
                yield tuple(place), text
        elif not isinstance(event, yaml.CollectionStartEvent):
            continue
        elif len(place) >= DEEPEST or place[-1:] == [None]:
            raise yaml.MarkedYAMLError(problem_mark=event.start_mark)
        else:
            place.append(None if isinstance(event, yaml.MappingStartEvent) else 0)
            continue
        if place:
            place[-1] = place[-1] + 1 if isinstance(place[-1], int) else None


def _moment(texts: list[str]) -> str:
    """A time as YAML writes it, in ISO 8601; nothing where it has no zone, or is none."""
    for text in texts:
        if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)? ?(Z|[+-]\d\d:?\d\d)", text):
            try:
                return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", "")).isoformat(timespec="seconds")
            except ValueError:
                continue
    return ""
