"""JUnit XML, for one student or a class: what CI systems and Artemis read.

A failure is the student's, an error is the grader's, and what was not tried is skipped. There is no time in it: the
same results give the same file. After testmoapp/junitxml; points are a property, because there is no other place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.check import Verdict
from grader.exports.story import headline, story, title
from grader.exports.work import Work
from grader.report.escape import for_xml
from grader.results import Outcome, WeekResult

KINDS = {Verdict.FAILED: "failure", Verdict.BLOCKED: "skipped", Verdict.BROKEN: "error"}
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def report(works: Sequence[Work]) -> str:
    """The file: a suite for each student and week."""
    root = Element("testsuites", name="lab5")
    for work in works:
        root.extend(_suites(work))
    for suite in root:
        _count(suite, [suite])
    _count(root, list(root))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suites(work: Work) -> Iterator[Element]:
    if work.percent is None:
        suite = Element("testsuite", name=for_xml(work.student))
        case = SubElement(suite, "testcase", name="can be graded", classname=_class(work))
        kind = "failure" if work.is_refused else "error"
        SubElement(case, kind, message=for_xml(" ".join(work.says)), type=kind)
        yield suite
    for week in work.weeks:
        yield _suite(work, week)


def _suite(work: Work, week: WeekResult) -> Element:
    suite = Element("testsuite", name=for_xml(f"{work.student}: week {week.week}"))
    if week.submitted:
        suite.set("timestamp", for_xml(week.submitted))
    if grade := work.grade.weeks.get(week.week):
        _property(suite, "score", f"{grade.score:g}")
    for outcome in week.checks:
        suite.append(_case(outcome, f"{_class(work)}.week{week.week}"))
    return suite


def _case(outcome: Outcome, place: str) -> Element:
    case = Element("testcase", name=for_xml(title(outcome)), classname=place)
    if kind := KINDS.get(outcome.verdict):
        found = SubElement(case, kind, message=for_xml(headline(outcome)))
        if kind != "skipped":
            found.set("type", str(outcome.verdict))
            found.text = "\n".join(map(for_xml, story(outcome).splitlines()))
    _property(case, "points", f"{outcome.points}/{outcome.max}")
    return case


def _class(work: Work) -> str:
    return for_xml(work.student.replace(".", "-"))  # a dot would be a package


def _property(element: Element, name: str, value: str) -> None:
    properties = element.find("properties")
    if properties is None:
        properties = SubElement(element, "properties")
    SubElement(properties, "property", name=name, value=value)


def _count(element: Element, suites: Sequence[Element]) -> None:
    element.set("tests", str(sum(len(suite.findall("testcase")) for suite in suites)))
    for name, kind in COUNTED.items():
        element.set(name, str(sum(len(suite.findall(f"testcase/{kind}")) for suite in suites)))
