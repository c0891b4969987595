"""The gradebook: one row a student, no score where none is known."""

import csv

import pytest

from grader import course
from grader.check import Verdict
from grader.grades import grade_of
from grader.report import gradebook
from grader.results import Outcome, Result, WeekResult, week_result

HEAD = "student,name,id,email,week1,week2,week3,week4,week5,week6,week7,week8,week9,total,days_late,isolation,remarks"
COURSE = course.load()


def outcome(verdict: Verdict, points: int = 10, came: str = "", stretch: bool = False) -> Outcome:
    return Outcome(
        name=f"is_{verdict}",
        title=f"is {verdict}",
        verdict=verdict,
        points=points if verdict is Verdict.PASSED else 0,
        max=points,
        requirement="",
        transcript=(),
        expected="",
        came=came,
        said=(),
        teaches="",
        hint="",
        again="",
        hidden=False,
        stretch=stretch,
    )


PASSED, FAILED = outcome(Verdict.PASSED), outcome(Verdict.FAILED, came="nothing came")
BLOCKED, BROKEN = outcome(Verdict.BLOCKED, came="it builds on another"), outcome(Verdict.BROKEN, came="KeyError()")
BONUS = outcome(Verdict.PASSED, stretch=True)
UNGRADED = "week 2 could not be graded, by a fault of the grader: is_broken"


def week(number: int, *outcomes: Outcome, remarks: tuple[str, ...] = ()) -> WeekResult:
    return week_result(number, "echo", outcomes, remarks)


@pytest.fixture
def written(tmp_path):
    """Writes a gradebook of one result and gives its row."""

    def written(result: Result) -> dict[str, str]:
        gradebook.write(tmp_path / "gradebook.csv", [grade_of(result, COURSE)], COURSE.weights)
        with (tmp_path / "gradebook.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        return {column: cell for column, cell in row.items() if cell and column != "days_late"}

    return written


def test_the_gradebook_has_a_head_and_a_row_for_each_student_in_the_order_given(tmp_path):
    results = [Result("bob", "full", (week(1, PASSED, FAILED),)), Result("alice", "full", refused="It is damaged.")]
    gradebook.write(tmp_path / "gradebook.csv", [grade_of(result, COURSE) for result in results], COURSE.weights)
    lines = (tmp_path / "gradebook.csv").read_text("utf-8").splitlines()
    empty = ',""' * 8
    who = ',"","",""'
    bob, alice = f'"bob"{who},50{empty},50,0,"full",""', f'"alice"{who},""{empty},"",0,"full","It is damaged."'
    assert lines == [HEAD, bob, alice]


def test_weeks_that_were_not_graded_are_empty_and_do_not_count(written):
    row = written(Result("alice", "full", (week(1, PASSED), week(4, PASSED, FAILED))))
    assert row == {"student": "alice", "week1": "100", "week4": "50", "total": "75", "isolation": "full"}


def test_a_week_with_a_fault_of_the_grader_is_empty_and_says_so(written):
    row = written(Result("alice", "full", (week(1, PASSED), week(2, PASSED, BROKEN))))
    assert row == {"student": "alice", "week1": "100", "total": "100", "isolation": "full", "remarks": UNGRADED}


def test_a_fault_of_the_grader_is_no_zero(written):
    row = written(Result("alice", "full", fault="The grader failed: KeyError()."))
    assert row == {"student": "alice", "isolation": "full", "remarks": "The grader failed: KeyError()."}


def test_a_zero_is_a_score(written):
    assert written(Result("alice", "full", (week(1, FAILED),)))["week1"] == "0"


def test_the_bonus_is_capped(written):
    assert written(Result("alice", "full", (week(1, PASSED, BONUS),)))["week1"] == "105"


def test_no_cell_is_a_formula(written):
    row = written(Result("=1+1", "@here", refused="-2, he said\n\x1b[1m"))
    assert row == {"student": "'=1+1", "isolation": "'@here", "remarks": "'-2, he said \\x1b[1m"}
