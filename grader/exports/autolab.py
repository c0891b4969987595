"""The last two lines that an autograder of Autolab prints, for one student: formatted feedback, and scores.

Each week is a problem of the lab, called week1, week2, ... A week that could not be graded has no score, and Autolab
leaves that problem as it was. After Autolab, docs/lab.md and docs/features/formatted-feedback.md.
"""

from __future__ import annotations

import json

from grader.check import Verdict
from grader.exports.story import headline, title
from grader.exports.work import Work
from grader.results import Outcome


def lines(work: Work) -> str:
    """Both lines: nothing else may be printed behind them."""
    grades = work.grade.weeks
    scores = {
        f"week{week.week}": round(grades[week.week].score * week.max / 100, 2)
        for week in work.weeks
        if week.week in grades
    }
    return f"{json.dumps(_feedback(work))}\n{json.dumps({'scores': scores})}\n"


def _feedback(work: Work) -> dict:
    stages = {
        f"Week {week.week}: {week.title}": {title(outcome): _said(outcome) for outcome in week.checks}
        for week in work.weeks
    }
    if work.percent is None:
        stages = {"Submission": {"can be graded": {"passed": False, "hint": " ".join(work.says)}}} | stages
    return {"_presentation": "semantic", "stages": list(stages), **stages}


def _said(outcome: Outcome) -> dict:
    if outcome.verdict is Verdict.PASSED:
        return {"passed": True}
    hint = outcome.hint if outcome.verdict is Verdict.FAILED and not outcome.hidden else ""
    return {"passed": False, "hint": ". Hint: ".join(filter(None, [headline(outcome), hint]))}
