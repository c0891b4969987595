"""The class that the grader is measured on: made again the same, and graded as it is expected."""

import csv
from dataclasses import replace

import pytest

from bench.class_of import KINDS, make
from grader import stages
from grader.course import load
from grader.grades import grade_of
from grader.sandbox.isolation import best
from grader.submission import find
from tests.corpus import graded, plan, promises

STUDENTS, SEED = 12, 34  # of every kind there is one
WEEKS = (1, 2)  # what hangs in the others takes longer
ISOLATION, FAILED = best(load().limits)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small class in a folder."""
    folder = tmp_path_factory.mktemp("made") / "of"
    make(folder, STUDENTS, SEED)
    return folder


def expected(folder):
    """The rows of expected.csv, by student."""
    with (folder / "expected.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def handed_in(folder):
    """The names of what the students have sent."""
    return sorted(path.name for path in (folder / "class").iterdir())


def test_every_kind_is_in_the_class(made):
    assert {student.rpartition("-")[2] for student in expected(made)} == set(KINDS)


def test_the_same_seed_makes_the_same_class(made, tmp_path):
    make(tmp_path / "again", STUDENTS, SEED)
    assert expected(tmp_path / "again") == expected(made)
    assert handed_in(tmp_path / "again") == handed_in(made)


def test_what_a_planted_bug_earns_is_what_neither_fails_nor_builds_on_what_does():
    assert promises("broken", 1)["waits_for_1024_bytes"].earns(1) == 27


def test_the_class_gets_what_is_expected(made):
    if not ISOLATION or not ISOLATION.is_full:
        pytest.skip(f"hostile programs run in the full sandbox only: {FAILED[0].reason if FAILED else 'no Linux'}")
    course = load(made / "course.toml")
    paths = {submission.student: submission.path for submission in find(made / "class", stages.landmarks())}
    results = graded(paths, replace(plan(WEEKS, ISOLATION), course=course))
    weeks = {student: grade_of(result, course).weeks for student, result in results.items()}
    scores = {student: [f"{each[week].score:g}" if each else "" for week in WEEKS] for student, each in weeks.items()}
    assert scores == {student: [row[f"week{week}"] for week in WEEKS] for student, row in expected(made).items()}
