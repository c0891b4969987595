"""`python -m grader verify`: what it says and answers."""

from dataclasses import replace

from click.testing import CliRunner

from grader import stages
from grader import verify as proof
from grader.commands import settings
from grader.commands.verify import verify


def run(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(verify, arguments)
    return result.exit_code, sorted(result.output.splitlines())


def test_a_week_that_is_as_it_should_be():
    status, lines = run("--weeks", "1")
    assert status == 0
    assert [line[:21] for line in lines] == ["week 1, solution     ", "week 1, starter code "]
    assert lines[1].endswith("  0 of 100 points")


def test_points_that_do_not_sum_to_100_are_a_fault(monkeypatch):
    week = stages.load(1)
    monkeypatch.setattr(settings, "weeks", lambda numbers: (replace(week, checks=week.checks[1:]),))
    monkeypatch.setattr(proof, "run", lambda trials: iter(()))
    assert run("--weeks", "1") == (1, ["week 1: its points sum to 90, not to 100"])


def test_a_fault_is_said_below_its_line(monkeypatch):
    (trial, *_) = proof.trials([stages.load(1)])
    finding = proof.Finding(trial, 10, 100, ("listens is passed, for 10 points",))
    monkeypatch.setattr(proof, "run", lambda trials: iter([finding]))
    expected = ["  listens is passed, for 10 points", "week 1, starter code  10 of 100 points"]
    assert run("--weeks", "1") == (1, expected)
