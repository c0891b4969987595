"""JUnit XML: strict parsers read it, whatever a submission has said."""

import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from grader.check import Verdict
from grader.exports import junit
from tests.works import BROKEN, FAILED, HOSTILE, PASSED, each_verdict, hostile, refused, week, work

xmllint = pytest.mark.skipif(not shutil.which("xmllint"), reason="xmllint is not installed: apt install libxml2-utils")


def written(*works):
    return ElementTree.fromstring(junit.report(works))


def found(root, kind):
    return [case.get("name") for case in root.iter("testcase") if case.find(kind) is not None]


def test_each_verdict_has_its_element():
    root = written(each_verdict(), work(week(PASSED), week(BROKEN, number=2), numbers=(1, 2)))
    kinds = {kind: found(root, kind) for kind in ("failure", "skipped", "error")}
    assert kinds == {
        "failure": ["echoes a line", "is secret (hidden)"],
        "skipped": ["goes on"],
        "error": ["can be graded", "breaks"],
    }


def test_the_numbers_are_those_of_the_elements():
    root = written(each_verdict(), work(week(BROKEN, PASSED)))
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["8", "2", "2", "1"]


def test_a_suite_is_a_student_and_a_week():
    root = written(work(week(PASSED), week(PASSED, number=2)), work(week(PASSED), student="bob"))
    assert [suite.get("name") for suite in root] == ["alice: week 1", "alice: week 2", "bob: week 1"]


def test_points_and_scores_are_properties():
    (suite,) = written(work(week(PASSED, FAILED)))
    found = [(element.get("name"), element.get("value")) for element in suite.iter("property")]
    assert found == [("score", "50"), ("points", "5/5"), ("points", "0/5")]


@pytest.mark.parametrize(("ungraded", "kind"), [(refused(), "failure"), (work(fault="It failed."), "error")])
def test_what_could_not_be_graded_is_a_case_of_its_own(ungraded, kind):
    root = written(ungraded)
    assert found(root, kind) == ["can be graded"]
    assert root.find(f".//{kind}").get("message") == ungraded.says[0]


def test_of_a_hidden_check_there_is_its_title_only():
    assert "a secret" not in junit.report([each_verdict(), work(week(BROKEN))])


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.BLOCKED, Verdict.BROKEN])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_xml(text, verdict):
    assert len(list(written(hostile(text, verdict)).iter("testcase"))) == 2 + (verdict is Verdict.BROKEN)


@xmllint
def test_xmllint_finds_nothing():
    text = junit.report([*map(hostile, HOSTILE), *map(refused, HOSTILE), each_verdict()])
    done = subprocess.run(["xmllint", "--noout", "-"], input=text.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
