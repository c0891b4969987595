"""Classroom 50's result.json: whole numbers whose sum is right."""

from dataclasses import replace

import pytest

from grader.check import Refused
from grader.exports.classroom50 import Place, result, shared_out
from tests.test_exports_work import LATE
from tests.works import BONUS, BROKEN, FAILED, HOSTILE, PASSED, conforms, each_verdict, hostile, week, work

PLACE = Place("net", "week1", "individual", "alice", "submit/1", "", "", "", "2026-10-07T13:00:00+02:00")


def written(work, place=PLACE):
    return conforms(result(work, place), "classroom50")


def scores(work):
    fields = written(work)
    return fields["score"], fields["max-score"], [test["score"] for test in fields["tests"]]


def test_points_are_told_in_hundredths():
    assert scores(work(week(PASSED, FAILED))) == (500, 1000, [500, 0])


def test_what_being_late_costs_is_taken_from_every_test():
    late = week(PASSED, replace(PASSED, points=2, max=2), FAILED, submitted="2026-10-06T11:00:00+00:00")
    assert scores(work(late, given=LATE)) == (630, 1200, [450, 180, 0])


def test_a_bonus_makes_up_for_what_is_lost_and_adds_no_more():
    assert scores(work(week(PASSED, BONUS))) == (500, 500, [250, 250])


@pytest.mark.parametrize("whole", range(60))
def test_the_shares_sum_up_and_are_no_larger_than_the_parts(whole):
    parts = [7, 0, 12, 1, 33, 6]
    shares = shared_out(whole, parts)
    assert sum(shares) == min(whole, sum(parts))
    assert all(0 <= share <= part for share, part in zip(shares, parts, strict=True))


def test_the_moment_is_that_of_the_commit_in_utc():
    assert written(each_verdict())["datetime"] == "2026-10-07T11:00:00Z"


def test_what_could_not_be_graded_has_no_file():
    with pytest.raises(Refused, match="^Week 1 could not be graded, by a fault of the grader"):
        result(work(week(PASSED, BROKEN)), PLACE)


def test_of_a_hidden_check_there_is_its_title_only():
    assert "a secret" not in result(each_verdict(), PLACE)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_form(text):
    assert len(written(hostile(text))["tests"]) == 2
