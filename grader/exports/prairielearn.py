"""PrairieLearn's `results.json` of an external grader, for one student.

What could not be graded is not gradable there either, and costs the student no attempt.
After PrairieLearn, docs/externalGrading.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from grader.check import Verdict
from grader.exports.story import headline, story, title
from grader.exports.work import Work
from grader.results import Outcome

LARGEST = 1_000_000  # bytes of the whole file


def results(work: Work) -> str:
    """The file; where the conversations would make it too large, their headlines."""
    whole = _results(work, story)
    return whole if len(whole) <= LARGEST else _results(work, headline)  # it is all ASCII: characters are bytes


def _results(work: Work, told: Callable[[Outcome], str]) -> str:
    if work.percent is None:
        return json.dumps({"gradable": False, "format_errors": work.says}, indent=1) + "\n"
    tests = [
        {
            "name": f"week {week.week}: {title(outcome)}",
            "points": outcome.points,
            "max_points": outcome.max,
            "message": "" if outcome.verdict is Verdict.PASSED else str(outcome.verdict),
            "output": told(outcome),
        }
        for week in work.weeks
        for outcome in week.checks
    ]
    score = min(1.0, round(work.percent / 100, 4))  # it knows no bonus
    fields = {"gradable": True, "score": score, "output": "\n".join(work.says), "tests": tests}
    return json.dumps(fields, indent=1) + "\n"
