"""Graded work for the tests of exports: each verdict, and text that is out to do harm."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema

from grader import course
from grader.check import Verdict
from grader.exports.work import Work, work_of
from grader.grades import grade_of
from grader.results import Outcome, Person, Result, WeekResult, week_result
from tests.outcomes import PASSED

COURSE = course.load()
SCHEMAS = Path(__file__).with_name("schemas")
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "Grüße, 世界 🙂",
    "\x1b[2J\x00\x07\x7f\x9b",
    "]]></failure><!-- & <b>\"'",
    "one\ntwo\r\nthree\u2028four",
    "caf\udce9 \ud800 \ufffe \uffff",
    "\u202egnp.py\u2066",
    "a;=1+1,\t@b",
    'a";"=1+1;""=1+1',
    "x" * 100_000,
    "::error::#[group]",
]
FAILED = replace(
    PASSED,
    name="echoes_a_line",
    title="echoes a line",
    verdict=Verdict.FAILED,
    points=0,
    expected="b'hi'",
    came="nothing came",
    said=("Traceback", "KeyError: 1"),
)
HIDDEN = replace(
    FAILED, name="is_secret", title="is secret", hidden=True, transcript=("the secret",), expected="a secret"
)
BLOCKED = replace(
    FAILED, name="goes_on", title="goes on", verdict=Verdict.BLOCKED, came="“echoes a line” has not passed"
)
BROKEN = replace(FAILED, name="breaks", title="breaks", verdict=Verdict.BROKEN, came="it failed: KeyError('a secret')")
BONUS = replace(PASSED, name="adds", title="adds", stretch=True)


def week(*outcomes: Outcome, number: int = 1, submitted: str = "", remarks: tuple[str, ...] = ()) -> WeekResult:
    """A week of these checks."""
    return replace(week_result(number, "echo", outcomes, remarks), submitted=submitted)


def work(*weeks: WeekResult, student: str = "alice", numbers: tuple[int, ...] = (), given=COURSE, **fields) -> Work:
    """The work of a student with these weeks; `fields` are those of a Result."""
    return work_of(grade_of(Result(student, "full", weeks, **fields), given), given, numbers)


def each_verdict() -> Work:
    """A week with all that there is, except a fault of the grader."""
    return work(week(PASSED, FAILED, HIDDEN, BLOCKED, BONUS))


def hostile(text: str, verdict: Verdict = Verdict.FAILED) -> Work:
    """Work in which every text that a student can choose is this one."""
    person = Person(*[text] * 5)
    outcome = replace(FAILED, verdict=verdict, came=text, expected=text, transcript=(text, text), said=(text,))
    return work(week(outcome, PASSED, remarks=(text,)), student=text, remarks=(text,), person=person)


def refused(text: str = "It is damaged.") -> Work:
    """Work that could not be used."""
    return work(refused=text)


def formulas(text: str) -> list[str]:
    """The cells of a table as CSV that a spreadsheet computes."""
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith(("=", "+", "-", "@"))]


def conforms(text: str, schema: str) -> dict:
    """What a JSON text says, if it is what the schema of this name describes, with nothing that is only Python's."""
    text.encode("ascii")
    fields = json.loads(text, parse_constant=_is_no_json)
    jsonschema.validate(fields, json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8")))
    return fields


def _is_no_json(name: str) -> None:
    raise ValueError(f"{name} is Python's, and no JSON")
