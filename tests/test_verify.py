"""The lab proves itself: what starter code and solutions score, by the command that students type."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from signal import SIGTERM

import pytest

from grader import stages, verify
from grader.check import Refused
from grader.verify import ROOT, Finding, Trial

SOME_FAILED, INTERRUPTED = 1, 130  # exit statuses
SILENT = ROOT / "tests" / "broken" / "week1" / "waits_for_1024_bytes"
WEEK = stages.load(1)
STARTER, SOLUTION = verify.trials([WEEK])


def found(trial: Trial) -> Finding:
    (finding,) = verify.run([trial])
    return finding


def test_starter_code_and_solution_of_each_week_are_tried():
    weeks = [stages.load(2), WEEK]
    assert [trial.says for trial in verify.trials(weeks)] == [
        "week 2, starter code",
        "week 2, solution",
        "week 1, starter code",
        "week 1, solution",
    ]


def test_what_is_right_has_no_fault():
    starter, solution = sorted(verify.run([STARTER, SOLUTION]), key=lambda finding: finding.points)
    assert (starter.trial, starter.points, starter.faults) == (STARTER, 0, ())
    assert (solution.trial, solution.faults) == (SOLUTION, ())
    assert solution.points >= solution.of


def test_a_solution_that_is_none_is_said_check_by_check():
    faults = found(replace(SOLUTION, tree=ROOT / "lab5")).faults
    assert faults[0] == (
        "listens_on_the_host_and_port_given is failed: expected a server that listens on localhost PORT, "
        "but the program ended with status 0 before anybody could connect"
    )
    assert len(faults) == len([check for check in WEEK.checks if not check.stretch])


def test_starter_code_that_scores_is_said_check_by_check():
    faults = found(replace(STARTER, tree=ROOT / "solutions")).faults
    assert faults[0] == "listens_on_the_host_and_port_given is passed, for 10 points"


def test_a_check_that_is_not_there_is_named():
    other = replace(WEEK.checks[0], name="sings")
    assert found(replace(STARTER, checks=(*WEEK.checks, other))).faults == ("sings is not there",)


def test_a_check_that_should_not_be_there_is_named():
    trial = replace(STARTER, checks=WEEK.checks[1:])
    assert found(trial).faults == ("listens_on_the_host_and_port_given is there, and should not be",)


def test_a_check_that_this_machine_cannot_do_may_lack():
    other = replace(WEEK.checks[0], name="sings", needs_address="192.0.2.1")
    assert found(replace(STARTER, checks=(*WEEK.checks, other))).faults == ()


def test_what_cannot_be_checked_is_named():
    says = (
        "^week 1, solution: it could not be checked. There is no nowhere. "
        "Name a folder that looks like lab5, or an archive of one.$"
    )
    with pytest.raises(Refused, match=says):
        found(replace(SOLUTION, tree=Path("nowhere")))


def test_points_that_are_not_100_are_said():
    assert verify.wrong_points(WEEK) == ""
    assert verify.wrong_points(replace(WEEK, checks=WEEK.checks[1:])) == "its points sum to 90, not to 100"


def test_who_stops_listening_stops_what_runs(monkeypatch):
    told, terminate = [], subprocess.Popen.terminate
    monkeypatch.setattr(subprocess.Popen, "terminate", lambda process: (told.append(process), terminate(process)))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)  # both at once
    findings = verify.run([STARTER, replace(SOLUTION, tree=SILENT)])
    assert next(findings).trial is STARTER
    findings.close()
    (status,) = [process.returncode for process in told if process.returncode != SOME_FAILED]
    assert status in (INTERRUPTED, -SIGTERM)
