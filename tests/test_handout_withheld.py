"""Hidden checks are cut out of a week's file; what stays is as it was written."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader import stages
from grader.check import Refused
from grader.handout import contents
from grader.handout.contents import ROOT
from grader.handout.withheld import without

WEEK = '''\
"""Week 1: echo server (TCP)."""

from grader.check import check
from grader.peers.files import first, second

PUBLIC = "for all"  # of both
ONE, OTHER = first(), 2
# Only for what is hidden.
SECRET = {
    "a": PUBLIC,
}


@check(points=60, teaches="", hint="")
def listens(server):
    """It listens."""
    server.says(PUBLIC, OTHER)


# This is hard
# to guess.
@check(points=40, teaches="", hint="", after=listens, hidden=True)
def survives(server):
    """It survives."""
    server.says(_twice(SECRET), second(), ONE)


def _twice(text):
    return _once(text) * 2


def _once(text):
    return text


@check(points=5, teaches="", hint="", stretch=True)
def answers_ipv6(server):
    """It speaks IPv6."""
    first()
'''
PUBLIC = '''\
"""Week 1: echo server (TCP)."""

from grader.check import check
from grader.peers.files import first

PUBLIC = "for all"  # of both
ONE, OTHER = first(), 2


@check(points=60, teaches="", hint="")
def listens(server):
    """It listens."""
    server.says(PUBLIC, OTHER)


@check(points=5, teaches="", hint="", stretch=True)
def answers_ipv6(server):
    """It speaks IPv6."""
    first()
'''
WEEKS = [stages.load(number) for number in stages.numbers()]


def public(source: str, *hidden: str) -> str:
    return without(source, hidden, "week1.py").public


def test_what_only_hidden_checks_need_goes_with_them():
    assert public(WEEK, "survives") == PUBLIC


def test_what_is_cut_is_told():
    assert without(WEEK, ["survives"], "week1.py").secret == "".join(
        line for line in WEEK.splitlines(keepends=True) if line.strip() and line not in PUBLIC and "import" not in line
    )


def test_without_hidden_checks_a_week_is_as_it_was():
    assert public(WEEK) == WEEK


def test_public_checks_that_only_hidden_ones_build_on_stay():
    assert "def listens(server)" in public(WEEK, "survives")


def test_an_import_of_which_nothing_is_left_goes():
    source = "import json\nimport re\n\n\ndef hides():\n    json.loads('')\n\n\nre.compile('')\n"
    assert public(source, "hides") == "import re\n\n\nre.compile('')\n"


def test_a_long_import_stays_in_lines_that_fit():
    names = [f"a_name_of_some_length_{number}" for number in range(6)]
    source = f"from grader.peers.files import {', '.join(names)}\n\n\ndef hides():\n    {names[0]}()\n\n\n"
    used = "".join(f"{name}()\n" for name in names[1:])
    expected = "".join(f"    {name},\n" for name in names[1:])
    assert public(source + used, "hides") == f"from grader.peers.files import (\n{expected})\n\n\n{used}"


def test_a_public_check_that_builds_on_a_hidden_one_is_named():
    source = WEEK.replace("stretch=True", "after=survives")
    with pytest.raises(Refused, match=r"^week1\.py, line 37: answers_ipv6 builds on survives, which is hidden\.$"):
        public(source, "survives")


def test_a_hidden_check_that_is_not_found_is_named():
    with pytest.raises(Refused, match=r"^week1\.py: hides is hidden, but it is no function at the left margin with"):
        public(WEEK, "hides")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of all weeks as students get them."""
    folder = tmp_path_factory.mktemp("stages")
    files = contents.handout(WEEKS).files
    for week in WEEKS:
        (folder / f"{week.name}.py").write_bytes(files[f"grader/stages/{week.name}.py"])
    return folder


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.name)
def test_each_week_has_its_public_checks_and_says_what_the_others_give(week, folder, monkeypatch):
    monkeypatch.setattr(stages, "__path__", [str(folder)])
    monkeypatch.delitem(sys.modules, f"grader.stages.{week.name}")
    theirs = stages.load(week.number)
    assert [check.name for check in theirs.checks] == [check.name for check in week.checks if not check.hidden]
    assert theirs.points + theirs.kept_back == 100
    assert theirs.subjects.keys() == week.subjects.keys()


@pytest.mark.parametrize(
    ("what", "says"),
    [(["check"], "All checks passed!\n"), (["format", "--check"], f"{len(WEEKS)} files already formatted\n")],
    ids=["names", "form"],
)
def test_no_week_has_names_that_nothing_uses_or_lines_out_of_form(what, says, folder):
    command = [sys.executable, "-m", "ruff", *what, "--no-cache", "--config", ROOT / "pyproject.toml", folder]
    assert subprocess.run(command, capture_output=True, text=True).stdout == says
