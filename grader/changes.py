"""What a regrade has changed: who, by how much, because of which check."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.check import Verdict
from grader.grades import Grade

COUNTS = {Verdict.PASSED, Verdict.BROKEN}  # between the other verdicts no grade changes
NAMED = 5  # reasons for one student: more of them have one cause


@dataclass(frozen=True)
class Change:
    """One student whose grade is another one now; a score that there was not, or is not, is None."""

    student: str
    before: float | None
    after: float | None
    because: tuple[str, ...]


def known(grade: Grade) -> str:
    """What a gradebook says of a student, as JSON, to be compared with the next one."""
    checks = {
        f"{week.week} {outcome.title}": [outcome.verdict, outcome.max]
        for week in grade.result.weeks
        for outcome in week.checks
    }
    weeks = {str(number): week.score for number, week in grade.weeks.items()}
    return json.dumps({"total": grade.total, "weeks": weeks, "checks": checks, "why_not": grade.result.why_not})


def between(before: Mapping[str, str], grades: Iterable[Grade]) -> list[Change]:
    """The students whose weeks or totals differ from what was `known` of them; new ones are no change."""
    changes = []
    for grade in grades:
        if grade.student not in before:
            continue
        old, new = json.loads(before[grade.student]), json.loads(known(grade))
        if (old["total"], old["weeks"]) != (new["total"], new["weeks"]):
            changes.append(Change(grade.student, old["total"], new["total"], _because(old, new)))
    return changes


def _because(old: dict, new: dict) -> tuple[str, ...]:
    gone = old["weeks"].keys() - new["weeks"].keys()
    if gone and new["why_not"] and new["why_not"] != old.get("why_not"):  # nothing has become of its checks
        return (new["why_not"],)
    graded = {_week_of(name) for name in old["checks"]}
    fresh = {_week_of(name) for name in new["checks"]} - graded
    reasons = [f"week {week}: it is new" for week in sorted(fresh, key=int)]
    reasons += _of_checks(
        old["checks"], {name: new["checks"][name] for name in new["checks"] if _week_of(name) in graded}
    )
    explained = {reason.partition(":")[0] for reason in reasons}
    for week in sorted({*old["weeks"], *new["weeks"]}, key=int):
        before, after = old["weeks"].get(week), new["weeks"].get(week)
        if before != after and f"week {week}" not in explained:
            reasons.append(f"week {week}: {said(before)}, now {said(after)}, by the rules for late work and the bonus")
    if not reasons:
        reasons = ["the weights of the weeks"]
    more = len(reasons) - NAMED
    return tuple(reasons[:NAMED]) + ((f"and {more} more",) if more > 0 else ())


def _week_of(check: str) -> str:
    return check.partition(" ")[0]


def _of_checks(old: dict, new: dict) -> Iterator[str]:
    for name in {**old, **new}:
        week, _, title = name.partition(" ")
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if not before or not after:
            yield f"week {week}: “{title}” is {'new' if after else 'no longer asked for'}"
        elif before[0] != after[0] and (before[1] != after[1] or COUNTS.intersection((before[0], after[0]))):
            yield f"week {week}: “{title}” was {before[0]}, now {after[0]}"
        elif before[1] != after[1]:
            yield f"week {week}: “{title}” gave {before[1]} points, now {after[1]}"


def said(score: float | None) -> str:
    """A score in words."""
    return "not graded" if score is None else f"{score:g}"
