"""The weeks of the lab, found by listing this folder: `week1_echo.py` is week 1. There is no registry."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from dataclasses import dataclass
from typing import Protocol

from grader.check import Check, Refused


class Declaration(Protocol):
    """What a week starts, as frozen data; `meet` gives the live program for one conversation after another."""

    program: str


@dataclass(frozen=True)
class Week:
    """One week: its checks in the order of the file, and the programs they are about.

    kept_back  the points of hidden checks that are not in the file, because it is a student's: `KEPT_BACK` in it
    """

    number: int
    name: str
    title: str
    checks: tuple[Check, ...]
    subjects: dict[str, Declaration]
    kept_back: int = 0

    @property
    def folder(self) -> str:
        """Where the week's programs stand in a submission: week 1 is at the top, the others in `weekN_name/`."""
        return "" if self.number == 1 else self.name

    @property
    def points(self) -> int:
        """The week's full marks, without the bonus of stretch checks."""
        return sum(check.points for check in self.checks if not check.stretch)

    def select(self, names: tuple[str, ...]) -> list[Check]:
        """The checks of these names, in the order of the file; raises Refused for a name that is none of them."""
        known = {check.name: check for check in self.checks}
        names = tuple(name.strip().replace(" ", "_") for name in names)  # a title will do
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
                mend = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(known)}."
                raise Refused(f"Week {self.number} has no check {name!r}. {mend}")
        return [check for check in self.checks if check.name in names]


def numbers() -> list[int]:
    """The weeks that the grader has, in order."""
    return sorted(_names())


def load(number: int) -> Week:
    """The week of this number; raises Refused where there is none."""
    names = _names()
    if number not in names:
        raise Refused(f"There is no week {number}. The grader has: {', '.join(map(str, sorted(names)))}.")
    module = importlib.import_module(f"{__name__}.{names[number]}")
    things = {name: thing for name, thing in vars(module).items() if not name.startswith("_")}
    # An alias must not run a check twice, and an imported check belongs to its own week.
    checks = {
        id(thing): thing
        for thing in things.values()
        if isinstance(thing, Check) and thing.converse.__module__ == module.__name__
    }
    return Week(
        number=number,
        name=names[number],
        title=(module.__doc__ or "").strip().splitlines()[0].removeprefix(f"Week {number}: ").rstrip("."),
        checks=tuple(checks.values()),
        subjects={name: thing for name, thing in things.items() if _is_declaration(thing)},
        kept_back=things.get("KEPT_BACK", 0),
    )


def landmarks() -> set[str]:
    """The names by which a folder is known as a submission: programs of week 1, and folders of the other weeks."""
    names = _names()
    first = load(1).subjects if 1 in names else {}  # a handout may be of other weeks
    return {"start.sh", *(each.program for each in first.values()), *(names[number] for number in names if number != 1)}


def _is_declaration(thing: object) -> bool:
    return hasattr(thing, "meet") and not isinstance(thing, type)


def _names() -> dict[int, str]:
    found = (re.fullmatch(r"week(\d+)_\w+", module.name) for module in pkgutil.iter_modules(__path__))
    return {int(match[1]): match[0] for match in found if match}
