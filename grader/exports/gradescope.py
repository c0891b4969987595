"""Gradescope's `results.json`, for one student.

No test is hidden from students: where one is, Gradescope hides the total as well. Of a hidden check the file has its
title and points, and nothing else. What the grader failed at has no score in any place, and so has none in Gradescope.
After gradescope/autograder_samples, docs/specs.md.
"""

from __future__ import annotations

import json

from grader.check import Verdict
from grader.exports.story import story, title
from grader.exports.work import Work
from grader.results import Outcome


def results(work: Work, unfinished: str = "") -> str:
    """The file; `unfinished` is a sentence that stands first in it while checks are still being done."""
    fields = {
        "output": "\n".join(filter(None, [unfinished, *work.says])),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"isolation": work.grade.result.isolation},
        "tests": [
            _test(outcome, f"{week.week}.{number}", f"week {week.week}", scored=work.percent is not None)
            for week in work.weeks
            for number, outcome in enumerate(week.checks, start=1)
        ],
    }
    if work.percent is not None:
        fields["score"] = work.points
    elif work.is_refused:  # another one can be handed in, and the sentence is only shown beside a number
        fields["score"] = 0
    return json.dumps(fields, indent=1) + "\n"


def _test(outcome: Outcome, number: str, tag: str, *, scored: bool) -> dict:
    fields = {"number": number, "name": title(outcome), "output": story(outcome), "tags": [tag]}
    if outcome.verdict is not Verdict.BROKEN:
        fields["status"] = "passed" if outcome.verdict is Verdict.PASSED else "failed"
    if scored:
        fields |= {"score": outcome.points, "max_score": outcome.max}
    return fields
