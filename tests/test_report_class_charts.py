"""Charts as SVG for a page: no style of their own, the same bytes each time, and what they show in words."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from grader.report import class_charts

LABELS = ("0–9", "10–19", "100+")


def columns(name: str = "total", counts: tuple[int, ...] = (1, 0, 12)) -> str:
    return class_charts.columns(name, "Students by total.", LABELS, counts)


def progress() -> str:
    return class_charts.progress("progress", "Medians.", ["week 1", "week 2"], [(10, 20, 30), (40, 52.5, 60)])


@pytest.fixture(params=[columns, progress], ids=lambda chart: chart.__name__)
def chart(request) -> str:
    return request.param()


def texts(chart: str) -> list[str]:
    return [part.text for part in ElementTree.fromstring(chart).iter("text")]


def test_a_chart_is_one_element_with_nothing_that_a_strict_policy_forbids(chart):
    assert {part.tag for part in ElementTree.fromstring(chart).iter()} <= {
        "svg", "g", "path", "text", "defs", "use", "clipPath", "rect",
    }  # fmt: skip
    assert not re.search(r"style|xmlns|http|script|#0000", chart)


def test_the_same_class_gives_the_same_bytes():
    assert (columns(), progress()) == (columns(), progress())


def test_colours_are_those_of_the_page(chart):
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', chart)) == {"none"}


def test_what_a_part_refers_to_is_there_and_the_chart_s_own(chart):
    parts = ElementTree.fromstring(chart)
    name = "progress" if parts.get("aria-label") == "Medians." else "total"
    ids = [part.get("id") for part in parts.iter() if part.get("id")]
    used = re.findall(r'(?:href="|url\()#([^")]+)', chart)
    assert used and set(used) <= set(ids)
    assert len(ids) == len(set(ids)) and all(each.startswith(f"{name}-") for each in ids)


def test_a_screen_reader_hears_it_in_words():
    parts = ElementTree.fromstring(columns())
    assert (parts.get("role"), parts.get("aria-label")) == ("img", "Students by total.")


def test_columns_say_how_many_but_no_zeros():
    assert texts(columns())[-2:] == ["1", "12"]


def test_columns_stand_for_whole_students():
    assert not re.search(r">\d+\.\d+<", columns(counts=(1, 0, 1)))


def test_a_class_of_nobody_has_a_chart_too():
    assert texts(columns(counts=(0, 0, 0)))[:3] == ["0", "10", "100+"]


def test_progress_tells_each_median():
    assert texts(progress())[-2:] == ["20", "52.5"]
