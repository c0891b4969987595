"""The course file: what it may change, and the sentence for what it may not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader import stages
from grader.check import Refused
from grader.course import Course, Late, load

LATE = Late(percent_per_day=10, grace_minutes=15, free_days=0, latest_days=7)

# A course file, and what is said about it.
REFUSED = [
    (
        "[weight]\nweek1 = 2",
        "mine.toml, line 1: there is no [weight]; there are course, weights, due, late, deadlines, limits, sandbox, "
        "points.",
    ),
    (
        "[course]\n\nbonus = 3",
        "mine.toml, line 3: bonus is not a setting; there are title, hidden_checks, seed, bonus_cap, "
        "similar_percent, roster, timezone.",
    ),
    ("[course]\ntitle = 5", "mine.toml, line 2: title is a text in quotes, not 5."),
    ("[course]\nhidden_checks = 1", "mine.toml, line 2: hidden_checks is true or false, not 1."),
    ("[course]\nhidden_checks = 'no'", "mine.toml, line 2: hidden_checks is true or false, not 'no'."),
    ("\nlate.grace_minutes = -5", "mine.toml, line 2: grace_minutes is a number, 0 or more, not -5."),
    ("\nlate = {grace_minutes = -5}", "mine.toml, line 2: grace_minutes is a number, 0 or more, not -5."),
    (
        "weights = {week1 = 1}\ndue = {week1 = 'x'}",
        "mine.toml, line 2: week1 is a date with a time, as 2026-10-05T23:59:00, without quotes, not x.",
    ),
    ("[late]\n'grace_minutes' = -5", "mine.toml, line 2: grace_minutes is a number, 0 or more, not -5."),
    ("\ncourse = 3", "mine.toml, line 2: course is a table, which begins with the line [course]."),
    ("[weights]\nweek1 = -1", "mine.toml, line 2: week1 is a number, 0 or more, not -1."),
    ("[deadlines]\nanswer = '10'", "mine.toml, line 2: answer is a number, 0 or more, not '10'."),
    (
        "[deadlines]\nsilent = 3\n\n[ limits ] # more\n  silent = 4",
        "mine.toml, line 5: silent is not a setting; there are memory_mib, data_mib, processes, open_files, file_mib, "
        "disk_mib, files, cpu_seconds, wall_seconds.",
    ),
    ("[limits]\nwall_seconds = 0", "mine.toml, line 2: wall_seconds is more than 0, not 0."),
    ("[late]\npercent_per_day = -1", "mine.toml, line 2: percent_per_day is a number, 0 or more, not -1."),
    (
        "[due]\nweek1 = 'tomorrow'",
        "mine.toml, line 2: week1 is a date with a time, as 2026-10-05T23:59:00, without quotes, not tomorrow.",
    ),
    (
        "[course]\ntimezone = 'Berlin'",
        "mine.toml, line 2: timezone is one that this machine knows, as Europe/Berlin or UTC.",
    ),
    ("points = 3", "mine.toml: the points of checks stand below lines like [points.week1]."),
    (
        "[points.week1]\nechoes_one_byt = 3",
        "mine.toml, line 2: Week 1 has no check 'echoes_one_byt'. Did you mean echoes_one_byte?",
    ),
    (
        "[points.week1]\nechoes_one_byte = 1.5",
        "mine.toml, line 2: echoes_one_byte is a whole number of points, 0 or more, not 1.5.",
    ),
    ("[sandbox]\nvisible = 'bin'", "mine.toml, line 2: visible is a list of texts in quotes, not 'bin'."),
    ("[sandbox]\nvisible = [1]", "mine.toml, line 2: visible is a list of texts in quotes, not [1]."),
]


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def course(**changes: object) -> Course:
    return replace(load(), **changes)


def test_an_empty_file_changes_nothing(write):
    assert load(write("")) == load()


def test_a_file_changes_only_what_it_says(write):
    text = "[course]\ntitle = 'Läb'\nbonus_cap = 2.5\n[weights]\nweek3 = 0\n[deadlines]\nsilent = 1"
    weights = {**load().weights, 3: 0}
    assert load(write(text)) == course(title="Läb", bonus_cap=2.5, weights=weights, silent=1)


def test_a_file_changes_the_limits_of_programs(write):
    limits = load(write("[limits]\nopen_files = 64")).limits
    assert limits == replace(load().limits, open_files=64)


def test_a_limit_with_a_fraction_is_rounded_up(write):
    assert load(write("[limits]\ncpu_seconds = 0.5")).limits.cpu_seconds == 1


def test_a_file_changes_the_folders_that_programs_can_read(write):
    visible = load(write("[sandbox]\nvisible = ['/opt/tools', '~/bin']")).visible
    assert visible == (Path("/opt/tools"), Path.home() / "bin")


def test_a_week_without_a_date_is_never_due():
    assert load().due == {}


def test_a_date_without_a_zone_is_in_that_of_the_course(write):
    text = "[course]\ntimezone = 'Europe/Berlin'\n[due]\nweek1 = 2026-10-05T23:59:00\nweek2 = 2026-10-05T23:59:00Z"
    due = load(write(text)).due
    assert [due[week].utcoffset() for week in (1, 2)] == [timedelta(hours=2), timedelta(0)]


def test_a_course_gives_a_check_other_points(write):
    assert load(write("[points.week1]\nechoes_one_byte = 12")).points == {1: {"echoes_one_byte": 12}}


def test_a_roster_stands_beside_the_course_file(write, tmp_path):
    assert load(write("[course]\nroster = 'class.csv'")).roster == tmp_path / "class.csv"


@pytest.mark.parametrize(("hours", "days"), [(-1, 0), (0.25, 0), (0.26, 1), (24.25, 1), (24.26, 2), (23 * 24, 23)])
def test_each_day_that_has_begun_after_the_grace_is_a_day_late(hours, days):
    due = datetime(2026, 10, 5, tzinfo=UTC)
    assert LATE.days(due, due + timedelta(hours=hours)) == days


@pytest.mark.parametrize(
    ("days", "free", "share"), [(0, 0, 0), (2, 0, 0.2), (3, 2, 0.1), (7, 0, 0.7), (8, 0, 1), (8, 1, 0.7)]
)
def test_each_day_that_is_not_free_costs_a_share_and_at_last_all(days, free, share):
    assert LATE.share_lost(days, free) == pytest.approx(share)


def test_a_week_that_is_no_more_does_not_count():
    assert course().total({1: 50, 99: 100}) == 50


def test_every_week_has_a_weight():
    assert list(load().weights) == stages.numbers()


def test_a_week_of_which_the_file_does_not_speak_counts_as_one_and_is_never_due(write, monkeypatch):
    monkeypatch.setattr(stages, "numbers", lambda: [*range(1, 11)])
    assert load(write("")).weights[10] == 1
    assert 10 not in load(write("")).due


def test_a_week_of_which_the_file_does_not_speak_can_have_another_weight_and_a_date(write, monkeypatch):
    monkeypatch.setattr(stages, "numbers", lambda: [*range(1, 11)])
    found = load(write("[weights]\nweek10 = 3\n[due]\nweek10 = 2026-10-05T23:59:00Z"))
    assert (found.weights[10], found.due[10]) == (3, datetime(2026, 10, 5, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_is_wrong_is_named_with_its_line(write, text, sentence):
    with pytest.raises(Refused) as refusal:
        load(write(text))
    assert str(refusal.value) == sentence


def test_what_is_not_toml_is_refused_with_its_line(write):
    path = write("[course]\ntitle = Lab 5\n")
    with pytest.raises(Refused, match=r"mine\.toml cannot be read: .+ \(at line 2, column 9\)\.$"):
        load(path)


@pytest.mark.parametrize(("percent", "score"), [(0, 0), (200 / 3, 66.67), (100, 100), (104, 104), (110, 105)])
def test_a_score_is_rounded_and_its_bonus_capped(percent, score):
    assert course(bonus_cap=5).score(percent) == score


@pytest.mark.parametrize(
    ("scores", "total"), [({1: 80}, 80), ({1: 100, 2: 50}, 87.5), ({2: 100, 3: 0}, 100), ({1: 33.33, 2: 66.67}, 41.66)]
)
def test_the_total_is_the_weighted_mean_of_the_weeks_that_were_graded(scores, total):
    assert course(weights={1: 3, 2: 1, 3: 0}).total(scores) == total


@pytest.mark.parametrize("scores", [{}, {3: 70}])
def test_there_is_no_total_where_nothing_counts(scores):
    assert course(weights={1: 1, 3: 0}).total(scores) is None
