"""What a check is: one requirement of a handout, and the conversation that shows whether a program meets it.

What is raised says whose matter it is:

    Unmet      the student's program did not do what the handout says: the check failed
    Disturbed  another program of this machine got in the way: the conversation is had again
    Refused    what the grader was given cannot be used: the caller hears a sentence
    any other  the grader's own fault: the check is broken, and no student is charged for it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"  # the program did not do what the handout says
    BLOCKED = "blocked"  # a check that this one builds on did not pass
    BROKEN = "broken"  # the grader's own fault: never charged to the student


class Unmet(Exception):
    """The student's program did something else than `expected`; both are said in words."""

    def __init__(self, expected: str, came: str):
        super().__init__(f"expected {expected}, but {came}")
        self.expected, self.came = expected, came


class Disturbed(Exception):
    """Something that is neither the student's nor the grader's got in the way; the text says what."""


class Refused(Exception):
    """The caller's arguments, files or configuration cannot be used; the text is the sentence to show."""


@dataclass(frozen=True)
class Check:
    """One requirement: its docstring's words, its points, and the conversation that proves it."""

    name: str
    requirement: str
    points: int
    teaches: str
    hint: str
    converse: Callable[..., None]
    after: tuple[Check, ...] = ()
    continues: Check | None = None
    hidden: bool = False
    stretch: bool = False
    needs_address: str | None = None
    needs_terminal: bool = False

    @property
    def title(self) -> str:
        """The check's name as a sentence without its subject."""
        return self.name.replace("_", " ")

    @property
    def subject(self) -> str:
        """The name of the program under test: what the conversation calls its only parameter."""
        return self.converse.__code__.co_varnames[0]

    def chain(self) -> list[Check]:
        """The checks that one run of the program goes through to get here, this one last."""
        return [*(self.continues.chain() if self.continues else []), self]


def check(
    *,
    points: int,
    teaches: str,
    hint: str,
    after: Check | tuple[Check, ...] = (),
    continues: Check | None = None,
    hidden: bool = False,
    stretch: bool = False,
    needs_address: str | None = None,
    needs_terminal: bool = False,
) -> Callable[[Callable[..., None]], Check]:
    """Makes a check of a conversation.

    after          the checks that must have passed before this one says anything about the program
    continues      the check in whose run this one goes on: same program, same peers (and after it, too)
    hidden         students do not have it
    stretch        its points are a bonus above 100
    needs_address  an address the machine must have; where it is missing, the check is left out
    needs_terminal whether the system must have pseudo-terminals; where it has none, the check is left out
    """
    builds_on = after if isinstance(after, tuple) else (after,)
    if continues:
        builds_on = (continues, *builds_on)

    def decorate(conversation: Callable[..., None]) -> Check:
        name = conversation.__name__
        if isinstance(conversation.__globals__.get(name), Check):
            raise TypeError(f"two checks are called {name}: the second would silently replace the first")
        requirement = " ".join((conversation.__doc__ or "").split())
        proof = (conversation, builds_on, continues)
        needs = (needs_address, needs_terminal)
        return Check(name, requirement, points, teaches, hint, *proof, hidden, stretch, *needs)

    return decorate
