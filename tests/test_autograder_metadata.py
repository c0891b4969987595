"""What Gradescope says of a submission; what it says wrongly is as if it had not said it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader import course
from grader.autograder.metadata import HandedIn, read, with_extension
from grader.results import Person

SAID = {
    "created_at": "2026-10-07T14:22:32.365935-07:00",
    "assignment": {"due_date": "2026-10-05T23:00:00.000000-07:00", "late_due_date": None},
    "users": [{"id": 1, "name": "Léa Dubois", "email": "lea@uni.example"}, {"id": 2, "name": "Bob", "email": ""}],
}
DUE = datetime.fromisoformat("2026-10-05T23:00:00-07:00")
COURSE = course.load()


@pytest.fixture
def told(tmp_path):
    """Reads a file with this text."""

    def told(text):
        (tmp_path / "submission_metadata.json").write_text(text, "utf-8")
        return read(tmp_path / "submission_metadata.json")

    return told


def test_it_says_who_when_and_until_when(told):
    person = Person(name="Léa Dubois", email="lea@uni.example")
    assert told(json.dumps(SAID)) == HandedIn(person, "2026-10-07T14:22:32.365935-07:00", DUE)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"users": [], "assignment": 3}'])
def test_what_makes_no_sense_says_nothing(text, told):
    assert told(text) == HandedIn()


@pytest.mark.parametrize("moment", ["yesterday", "2026-10-07T14:22:32", 7, None, ""])
def test_a_moment_without_a_zone_is_none(moment, told):
    assert told(json.dumps(SAID | {"created_at": moment})).submitted == ""


@pytest.mark.parametrize("users", [[{"name": 3, "email": None}], [3], {"name": "x"}])
def test_a_user_without_a_name_is_nobody(users, told):
    assert told(json.dumps(SAID | {"users": users})).person == Person()


def test_without_a_file_nothing_is_known(tmp_path):
    assert read(tmp_path / "submission_metadata.json") == HandedIn()


def test_an_extension_moves_the_dates_that_there_are():
    given = replace(COURSE, due={1: datetime(2026, 10, 1, tzinfo=UTC), 2: datetime(2026, 12, 1, tzinfo=UTC)})
    assert with_extension(given, DUE).due == {1: DUE, 2: datetime(2026, 12, 1, tzinfo=UTC)}


@pytest.mark.parametrize("due", [None, DUE])
def test_a_course_without_dates_stays_without(due):
    assert with_extension(COURSE, due).due == {}
