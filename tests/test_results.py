"""Results: what they add up to, and their JSON form, which docs/result.schema.json describes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from grader.check import Verdict
from grader.results import Outcome, Result, WeekResult, week_result

SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "result.schema.json").read_text("utf-8"))
PASSED = Outcome(
    name="echoes_hello_server",
    title="echoes hello server",
    verdict=Verdict.PASSED,
    points=12,
    max=12,
    requirement="What a client sends comes back to it.",
    transcript=("alice connects", "alice sends b'Hello server!'"),
    expected="",
    came="",
    said=(),
    teaches="sendall() sends all of what it is given.",
    hint="connection.sendall(data)",
    again="make test-week1 CHECK=echoes_hello_server",
    hidden=False,
    stretch=False,
)
FAILED = replace(PASSED, verdict=Verdict.FAILED, points=0, expected="b'x'", came="nothing came", said=("\x1b[31mé",))
BLOCKED = replace(PASSED, verdict=Verdict.BLOCKED, points=0, transcript=(), hidden=True)
BROKEN = replace(PASSED, verdict=Verdict.BROKEN, points=0, said=("Traceback",))
BONUS = replace(PASSED, points=5, max=5, stretch=True)
WEEK = week_result(1, "echo server (TCP)", [PASSED, FAILED, BLOCKED, BONUS], ["left out “x”"])
RESULT = Result("alice", "limits only", (WEEK,), ("left out '.git': not part of the work",))

VERDICT = ("weeks", 0, "checks", 0, "verdict")
CHANGED = [
    (("schema",), "lab5/result/2", "$.schema"),
    (("submission",), None, "$.submission"),
    (("student",), "alice", "$"),
    (("remarks",), "left out", "$.remarks"),
    (("weeks", 0, "week"), 0, "$.weeks[0].week"),
    (("weeks", 0, "points"), "12", "$.weeks[0].points"),
    (("weeks", 0, "percent"), 50, "$.weeks[0]"),
    (VERDICT, "skipped", "$.weeks[0].checks[0].verdict"),
    (("weeks", 0, "checks", 0, "points"), -1, "$.weeks[0].checks[0].points"),
    (("weeks", 0, "checks", 0, "name"), "echoes hello", "$.weeks[0].checks[0].name"),
    (("weeks", 0, "checks", 0, "said"), [1], "$.weeks[0].checks[0].said[0]"),
    (("weeks", 0, "checks", 0, "hidden"), "no", "$.weeks[0].checks[0].hidden"),
    (("weeks", 0, "checks", 0, "seconds"), 1.5, "$.weeks[0].checks[0]"),
]


def places_against_the_schema(document: object) -> list[str]:
    """Where a document is not as the schema says."""
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def objects_of(schema: object) -> Iterator[dict]:
    """Every part of a schema that describes an object."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects_of(part)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_allows_no_object_a_field_that_it_does_not_describe():
    assert [part["additionalProperties"] for part in objects_of(SCHEMA)] == [False] * 4


def test_the_schema_wants_every_field_and_describes_it():
    for part in objects_of(SCHEMA):
        assert sorted(part["required"]) == sorted(part["properties"])
        assert all(field["description"] for field in part["properties"].values())


def test_the_schema_knows_every_verdict():
    assert SCHEMA["$defs"]["check"]["properties"]["verdict"]["enum"] == list(Verdict)


@pytest.mark.parametrize(
    "result",
    [
        RESULT,
        Result("bob", "limits only", (week_result(1, "echo", [BROKEN]),)),
        Result("carol", "limits only", refused="It has more than 2,000 files."),
        Result("dave", "limits only", fault="The grader failed."),
    ],
    ids=lambda result: result.submission,
)
def test_a_result_is_as_the_schema_says(result):
    assert places_against_the_schema(json.loads(result.to_json())) == []


@pytest.mark.parametrize(("path", "value", "place"), CHANGED)
def test_a_changed_field_is_against_the_schema(path, value, place):
    document = json.loads(RESULT.to_json())
    part = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert places_against_the_schema(document) == [place]


@pytest.mark.parametrize("result", [RESULT, Result("caf\udce9", "limits only", refused="“no”\n")])
def test_json_gives_back_the_result(result):
    assert Result.from_json(result.to_json()) == result


def test_json_has_no_control_characters_and_no_foreign_text():
    assert all(" " <= char <= "~" for char in RESULT.to_json())


def test_full_marks_are_without_the_bonus_and_the_points_with_it():
    assert (WEEK.points, WEEK.max) == (17, 36)


def test_a_bonus_can_lift_a_week_above_100_percent():
    assert week_result(1, "echo", [PASSED, replace(BONUS, points=3, max=3)]).percent == 125


def test_a_week_without_points_has_0_percent():
    assert WeekResult(1, "echo", 0, 0, ()).percent == 0


def test_a_result_lists_the_outcomes_of_all_weeks():
    assert Result("alice", "", (WEEK, week_result(2, "udp", [BROKEN]))).outcomes == [*WEEK.checks, BROKEN]


@pytest.mark.parametrize(
    ("result", "broken"),
    [
        (RESULT, False),
        (Result("bob", "", (WEEK, week_result(2, "udp", [PASSED, BROKEN]))), True),
        (Result("carol", "", refused="It is damaged."), False),
        (Result("dave", "", fault="The grader failed."), True),
    ],
)
def test_only_a_fault_of_the_grader_makes_a_result_broken(result, broken):
    assert result.broken is broken
