"""CTRF (Common Test Report Format), for one student or a class.

What the grader failed at is `other`, what was not tried is `skipped`. Times are 0: they are not stored, and the same
results give the same file. After ctrf-io/ctrf, schema/ctrf.schema.json.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from grader.check import Verdict
from grader.exports.story import headline, story, title
from grader.exports.work import Work
from grader.results import Outcome

STATUS = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.BLOCKED: "skipped", Verdict.BROKEN: "other"}
STATUSES = ("passed", "failed", "skipped", "pending", "other")


def report(works: Sequence[Work]) -> str:
    """The file."""
    tests = [test for work in works for test in _tests(work)]
    counted = Counter(test["status"] for test in tests)
    summary = {"tests": len(tests), **{status: counted[status] for status in STATUSES}, "start": 0, "stop": 0}
    results = {"tool": {"name": "lab5 grader"}, "summary": summary, "tests": tests}
    return json.dumps({"reportFormat": "CTRF", "specVersion": "0.0.0", "results": results}, indent=1) + "\n"


def _tests(work: Work) -> Iterator[dict]:
    if work.percent is None:
        status = "failed" if work.is_refused else "other"
        said = " ".join(work.says)
        yield {"name": "can be graded", "status": status, "duration": 0, "suite": [work.student], "message": said}
    for week in work.weeks:
        for outcome in week.checks:
            yield _test(outcome, [work.student, f"week {week.week}"])


def _test(outcome: Outcome, suite: list[str]) -> dict:
    fields = {"name": title(outcome), "status": STATUS[outcome.verdict], "duration": 0, "suite": suite}
    if said := headline(outcome):
        fields["message"] = said
    if (told := story(outcome)) != said:
        fields["trace"] = told
    return fields | {"extra": {"points": outcome.points, "max": outcome.max}}
