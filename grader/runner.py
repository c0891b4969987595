"""The checks of a week, done on one submission: what ran where, in which order, and what became of it.

A program is started for the first check that needs it and kept for the next ones. A check that passes on a program
which others have used before has passed; one that fails there is done again on a fresh program before it counts. So is
one that fails where the machine may have been too busy for it.
A check that continues another goes on in that one's run; where that run is gone, the whole chain is gone through again.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

from grader.check import Check, Disturbed, Unmet, Verdict
from grader.patience import Patience
from grader.results import Outcome
from grader.sandbox.terminal import has_terminals
from grader.sandbox.workspace import Workspace
from grader.stages import Week

TRIES = 3  # at a conversation that other programs of this machine disturb


class Attempt(NamedTuple):
    """One conversation: how it went, and the words for it."""

    verdict: Verdict
    transcript: tuple[str, ...] = ()
    expected: str = ""
    came: str = ""
    said: tuple[str, ...] = ()
    in_doubt: bool = False  # whether it may have failed only because the machine was so busy


def with_prerequisites(checks: Iterable[Check]) -> set[str]:
    """The names of these checks and of all that they build on."""
    names = set()
    for check in checks:
        names |= {check.name} | with_prerequisites(check.after)
    return names


def possible(checks: Iterable[Check], workspace: Workspace) -> tuple[list[Check], list[str]]:
    """The checks that this machine can do, and a remark for each that it cannot."""
    can, remarks = [], []
    for check in checks:
        if check.needs_address and not workspace.has_address(check.needs_address):
            remarks.append(f"left out “{check.title}”: this machine has no address {check.needs_address}")
        elif check.needs_terminal and not has_terminals():
            remarks.append(f"left out “{check.title}”: this system has no pseudo-terminals")
        else:
            can.append(check)
    return can, remarks


def run(week: Week, checks: Iterable[Check], workspace: Workspace, patience: Patience) -> Iterator[Outcome]:
    """Does these checks in the order of the week, and those that they build on first; yields each as it is known."""
    wanted = list(checks)
    needed = with_prerequisites(wanted)
    with Bench(week, workspace, patience) as bench:
        done: dict[str, Verdict] = {}
        for check in (check for check in week.checks if check.name in needed):
            attempt = _blocked(check, done) or bench.attempt(check)
            done[check.name] = attempt.verdict
            if check in wanted:
                yield _outcome(week, check, attempt)


def not_done(week: Week, check: Check, fault: Exception) -> Outcome:
    """The outcome of a check to which the grader did not get."""
    return _outcome(week, check, Attempt(Verdict.BROKEN, (), "the grader to work undisturbed", f"it failed: {fault!r}"))


def _blocked(check: Check, done: dict[str, Verdict]) -> Attempt | None:
    blockers = [other for other in check.after if done[other.name] is not Verdict.PASSED]
    if not blockers:
        return None
    why = f"“{blockers[0].title}” has not passed, and this builds on it"
    return Attempt(Verdict.BLOCKED, expected=check.requirement, came=why)


class Bench:
    """The live program of a week, and the checks that its present run has gone through."""

    def __init__(self, week: Week, workspace: Workspace, patience: Patience):
        self._week = week
        self._workspace = workspace
        self._patience = patience
        self._open = ExitStack()
        self._live = None
        self._subject = ""
        self._trail: list[Check] = []
        self._was_used = False  # before the first check of the trail

    def attempt(self, check: Check) -> Attempt:
        """Has the conversation; again, where something else on the machine has disturbed it."""
        came, where, tried = "", (), self._patience.is_tried
        for _ in range(TRIES):
            try:
                return self._attempt(check)
            except Disturbed as disturbance:
                came = str(disturbance)
                self._patience.is_tried = tried
            except Exception as fault:  # whatever else happens is the grader's fault, and must not end the class
                came, where = f"it failed: {fault!r}", tuple("".join(traceback.format_exception(fault)).splitlines())
                break
            finally:
                steps = tuple(self._live.steps) if self._live else ()
            self._close()
        self._close()
        return self._concealed(Attempt(Verdict.BROKEN, steps, "the grader to work undisturbed", came, where))

    def _attempt(self, check: Check) -> Attempt:
        """On the program that is there, if the check can use it, else on a fresh one."""
        if self._can_take(check):
            used, tried = self._take(check), self._patience.is_tried
            attempt = self._converse([check])
            if attempt.verdict is Verdict.PASSED or not (used or attempt.in_doubt):
                return attempt
            self._patience.is_tried = tried  # what does not count costs no patience either
        tried = self._patience.is_tried
        attempt = self._afresh(check)
        if attempt.in_doubt:  # most of these are silent again: they have no more than what patience is left
            attempt = self._afresh(check)
            if attempt.verdict is Verdict.PASSED:
                self._patience.is_tried = tried
        return attempt

    def _afresh(self, check: Check) -> Attempt:
        self._start_afresh(check.subject)
        return self._converse(check.chain())

    def _can_take(self, check: Check) -> bool:
        if self._live is None or self._subject != check.subject:
            return False
        return check.continues is None or check.continues in self._trail

    def _take(self, check: Check) -> bool:
        """Whether the present program has been through more than the check's own chain would put it through."""
        if check.continues:
            return self._was_used or self._trail != check.chain()[:-1]
        self._trail, self._was_used = [], self._live.begin()
        return self._was_used

    def _converse(self, checks: list[Check]) -> Attempt:
        attempt = Attempt(Verdict.PASSED)
        for check in checks:
            attempt = self._once(check)
            if attempt.verdict is not Verdict.PASSED:
                self._close()
                break
            self._trail.append(check)
        return attempt

    def _once(self, check: Check) -> Attempt:
        self._patience.in_doubt = False
        try:
            check.converse(self._live)
        except Unmet as unmet:
            if self._live.is_disturbed():
                raise Disturbed("another program of this machine uses the port of the program under test") from None
            said = tuple(self._live.last_words())  # first: it may add to the transcript
            steps = tuple(self._live.steps)
            failure = Attempt(Verdict.FAILED, steps, unmet.expected, unmet.came, said, self._patience.in_doubt)
            return self._concealed(failure)
        return self._concealed(Attempt(Verdict.PASSED, tuple(self._live.steps)))

    def _concealed(self, attempt: Attempt) -> Attempt:
        """The same without passwords and tokens, wherever they came from."""
        conceal = self._workspace.conceal
        story, said = (tuple(map(conceal, lines)) for lines in (attempt.transcript, attempt.said))
        expected, came = conceal(attempt.expected), conceal(attempt.came)
        return attempt._replace(transcript=story, expected=expected, came=came, said=said)

    def _start_afresh(self, subject: str) -> None:
        self._close()
        self._subject, self._was_used = subject, False
        self._live = self._open.enter_context(self._week.subjects[subject].meet(self._workspace, self._patience))

    def _close(self) -> None:
        self._open.close()
        self._live, self._trail = None, []

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()


def _outcome(week: Week, check: Check, attempt: Attempt) -> Outcome:
    return Outcome(
        name=check.name,
        title=check.title,
        verdict=attempt.verdict,
        points=check.points if attempt.verdict is Verdict.PASSED else 0,
        max=check.points,
        requirement=check.requirement,
        transcript=attempt.transcript,
        expected=attempt.expected,
        came=attempt.came,
        said=attempt.said,
        teaches=check.teaches,
        hint=check.hint,
        again=f"make test-week{week.number} CHECK={check.name}" + (" HIDDEN=1" if check.hidden else ""),
        hidden=check.hidden,
        stretch=check.stretch,
    )
