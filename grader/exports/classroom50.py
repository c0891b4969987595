"""Classroom 50's `result.json`, for one student: whole numbers only, so that points are told in hundredths.

The tests' scores sum up to the score, where all weeks have the same weight: what being late costs, or what a bonus has
too much, is taken from all of them.
After foundation50/classroom50, schemas/result-v1.schema.json.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from grader.check import Refused, Verdict
from grader.exports.story import title
from grader.exports.work import Work

HUNDREDTHS = 100  # of a point


class Place(NamedTuple):
    """Where a result belongs, in the words of Classroom 50; `datetime` is that of the commit, in ISO 8601."""

    classroom: str
    assignment: str
    assignment_type: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    datetime: str


def result(work: Work, place: Place) -> str:
    """The file; raises Refused where there is no score, because Classroom 50 has no file for that."""
    if work.percent is None:
        raise Refused(work.says[0])
    outcomes = [(week, outcome) for week in work.weeks for outcome in week.checks]
    score = min(round(work.percent * work.max), HUNDREDTHS * work.max)
    scores = shared_out(score, [HUNDREDTHS * outcome.points for _, outcome in outcomes])
    fields = {
        "schema": "classroom50/result/v1",
        **place._asdict(),
        "datetime": f"{datetime.fromisoformat(place.datetime).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "score": score,
        "max-score": HUNDREDTHS * work.max,
        "tests": [
            {
                "test-name": f"week {week.week}: {title(outcome)}",
                "passed": outcome.verdict is Verdict.PASSED,
                "score": share,
                "max-score": HUNDREDTHS * outcome.max,
            }
            for (week, outcome), share in zip(outcomes, scores, strict=True)
        ],
    }
    return json.dumps(fields, indent=1) + "\n"


def shared_out(whole: int, parts: Sequence[int]) -> list[int]:
    """These whole numbers made smaller in proportion, so that their sum is `whole`, unless it is smaller anyway."""
    total = sum(parts)
    if total <= whole:
        return list(parts)
    shares, before = [], 0
    for end in itertools.accumulate(parts):  # the sums up to each place are rounded: then the last one is exact
        upto = whole * end // total
        shares.append(upto - before)
        before = upto
    return shares
