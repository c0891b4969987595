"""The page of the class: what an instructor finds on it, where it leads, and that nothing in it is anybody's markup."""

import re
from dataclasses import replace
from functools import cache

import pytest

from grader.report.class_page import page
from grader.results import Pair, Person
from tests import browser as with_browser
from tests.browser import CALM, SCHEMES, WIDTHS, looked_at, opened
from tests.classes import BLOCKED, COURSE, FAILED, PASSED, graded, named, week

browser = with_browser.browser  # the fixture
CLASS = [
    graded("alice", week(1, PASSED, named("b", FAILED)), week(2, PASSED)),
    graded("bob", week(1, FAILED, named("b", BLOCKED)), week(2, FAILED, handed_in=False)),
    graded("carol", week(1, PASSED, named("b", FAILED)), week(2, PASSED, FAILED)),
    graded("dora", refused="dora.zip is damaged."),
]


@cache
def page_of_class() -> str:
    """The page of CLASS: drawing its charts takes a moment."""
    return page(CLASS, COURSE)


def section(text: str, name: str) -> str:
    """What a reader sees of a section, without markup, in one line."""
    found = text.partition(f'<section aria-labelledby="{name}">')[2].partition("\n</section>\n\n")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", found).split())


def orders(text: str, name: str) -> list[list[str]]:
    """The first cells of the rows of a section's tables, table by table."""
    tables = re.findall(r"<tbody>(.*?)</tbody>", text[text.index(f'<h2 id="{name}">') :], re.DOTALL)
    return [re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]*)', table) for table in tables]


def test_the_same_class_gives_the_same_bytes():
    assert page(CLASS, COURSE) == page_of_class()


def test_who_needs_a_look_comes_first_with_a_link_and_what_to_do():
    text = page_of_class()
    assert text.index('id="look"') < text.index('id="scores"')
    assert '<li><a href="../feedback/dora.html">dora</a>: <span class="quiet">dora.zip is damaged.</span></li>' in text
    assert "Cannot be used 1 Ask for it again, or mend the archive by hand." in section(text, "look")


def test_a_class_without_trouble_is_said_to_be_one():
    text = page([graded("alice", week(1, PASSED))], COURSE)
    assert "Nobody: everything was graded, in time, and earned something." in text
    assert "No two students failed a check in the same way." in text


def test_alike_work_leads_to_the_page_of_its_passages():
    text = page(CLASS, COURSE, pairs=[Pair(1, "alice", "bob", 88.0, ())])
    assert '<a href="similar.html#pair-1">week 1: 88 % of the shorter is in the other</a>' in text


def test_the_most_common_failure_leads_to_its_check():
    text = page_of_class()
    assert '<li><a href="#check-1-b"><b>2 students</b>, week 1: b</a>' in text
    assert '<h3 id="check-1-b">' in text


def test_a_bonus_is_no_common_failure():
    bonus = replace(FAILED, stretch=True)
    text = page([graded("alice", week(1, bonus)), graded("bob", week(1, bonus))], COURSE)
    assert "No two students failed a check in the same way." in text


def test_a_group_has_one_conversation_and_all_its_students():
    text = section(page_of_class(), "checks")
    assert "2 students : expected b&#39;1&#39;, but nothing came alice connects" in text
    assert "^ expected b&#39;1&#39;, but nothing came These words are of alice . All: alice , carol" in text


def test_checks_are_there_in_three_orders():
    assert orders(page_of_class(), "checks")[:3] == [
        ["b", "echoes one byte", "echoes one byte"],
        ["b", "echoes one byte", "echoes one byte"],
        ["echoes one byte", "b", "echoes one byte"],
    ]


def test_students_are_there_by_name_and_by_total_both_ways():
    assert orders(page_of_class(), "students") == [
        ["alice", "bob", "carol", "dora"],
        ["dora", "bob", "carol", "alice"],
        ["alice", "carol", "bob", "dora"],
    ]


def test_the_first_order_is_chosen_and_each_table_says_how_it_is_sorted():
    text = page_of_class()
    assert re.findall(r'<input type="radio" name="order-of-students"( checked)?>', text) == [" checked", "", ""]
    ways = re.findall(r'aria-sort="(\w+)">(\w+)', text)
    assert ways[-3:] == [("ascending", "student"), ("ascending", "total"), ("descending", "total")]


def test_a_student_s_weeks_are_a_row_of_marks():
    text = section(page_of_class(), "students")
    assert "alice 50 ◑ 100 ● 75 bob 0 ○ not handed in – 0 carol 50 ◑ 50 ◑ 50" in text
    assert "dora not graded ! not graded ! –" in text


def test_there_is_a_chart_for_the_progress_for_the_totals_and_for_each_week():
    text = page_of_class()
    assert re.findall(r"<figcaption>([^<]*)", text) == [
        "From week to week: median and middle half", "Total: 3 students", "Week 1: 3 students", "Week 2: 2 students",
    ]  # fmt: skip
    assert 'aria-label="Median of each week in percent: week 1 50, week 2 75."' in text


def test_one_week_is_no_progress():
    assert "From week to week" not in page([graded("alice", week(1, PASSED))], COURSE)


def test_a_class_of_nobody_has_a_page():
    assert "<dt>students</dt><dd>0</dd>" in page([], COURSE)


def test_who_is_absent_is_in_the_class_and_leads_nowhere():
    text = page([graded("alice", week(1, PASSED))], COURSE, absent=[graded("abe", person=Person(name="Abe B"))])
    assert "<dt>students</dt><dd>2</dd>" in text
    assert "Write to them, or take them off the list. Abe B: nothing at all" in section(text, "look")
    assert "feedback/abe.html" not in text


def test_a_name_of_the_roster_is_shown_and_the_link_is_that_of_the_folder():
    text = page([graded("s1", week(1, PASSED), person=Person(name="Alice Å"))], COURSE)
    assert '<a href="../feedback/s1.html">Alice Å</a>' in text


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ('"><script>', "%22%3E%3Cscript%3E"),
        ("a b?c#d%20", "a%20b%3Fc%23d%2520"),
        ("..", ".."),
        ("javascript:x", "javascript%3Ax"),
        ("\u202eå" * 40, "%E2%80%AE%C3%A5" * 40),
        ("\udcff", "%FF"),
    ],
)
def test_hostile_names_lead_to_their_page_and_nowhere_else(name, link):
    text = page([graded(name, week(1, PASSED))], COURSE)
    assert f'<a href="../feedback/{link}.html">' in text
    assert not re.search("<script|\u202e|\udcff", text)


@pytest.mark.parametrize("words", ["</pre><script>alert(1)</script>", "\x1b[31m\u202e", "{{ 7*7 }}", "x" * 10_000])
def test_hostile_words_are_words(words):
    outcome = replace(FAILED, expected=words, came=words, transcript=(words,), said=(words,))
    text = page([graded("alice", week(1, outcome), remarks=(f"ended a program: {words}",))], COURSE)
    assert not re.search("<script|\x1b|\u202e|x{600}", text)
    assert len(text) < 100_000


def test_no_row_of_a_table_is_without_its_number_of_cells():
    text = page_of_class()
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        assert len({len(re.findall(r"<t[hd]\b", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)}) == 1


def test_many_cases_are_folded():
    text = page([graded(f"s{number}", refused="No.") for number in range(8)], COURSE)
    assert "<summary>3 more</summary>" in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_in_a_browser_it_asks_for_nothing_is_never_too_wide_and_can_be_read_by_all(browser, tmp_path, width, scheme):
    alone = replace(FAILED, came="b'2' came: " + "long" * 40)
    others = [graded(f"{name}-" + "x" * 90, week(1, alone)) for name in ("eve", "frank")]
    many = [graded("grace", *(week(number, PASSED, FAILED) for number in range(1, 10)))]
    (tmp_path / "index.html").write_text(page([*CLASS, *others, *many], COURSE), "utf-8")
    assert looked_at(browser, tmp_path / "index.html", width, scheme) == CALM


def test_in_a_browser_a_radio_button_puts_the_students_in_another_order(browser, tmp_path):
    (tmp_path / "index.html").write_text(page_of_class(), "utf-8")
    with opened(browser, tmp_path / "index.html") as shown:
        for name, first in (("highest total first", "alice"), ("lowest total first", "dora"), ("by name", "alice")):
            shown.get_by_label(name, exact=True).check()
            assert shown.locator("table.students:visible tbody th").first.inner_text() == first
            assert shown.locator("table.students:visible").count() == 1
