"""The page of programs that are alike: who, how much, which passages; nothing of a submission is markup."""

import re

import pytest

from grader.report import similar_page
from grader.results import Excerpt, Pair, Passage

PASSAGE = Passage(Excerpt("server.py", 3, ("import socket", "    x = 1")), Excerpt("main.py", 7, ("import socket",)))
PAIR = Pair(1, "alice", "bob", 83.4, (PASSAGE, PASSAGE))
HOSTILE = "</pre><script>alert(1)</script>\u202e\x1b[2J\"'&"


def page(*pairs: Pair, more: int = 0, unread: tuple[str, ...] = ()) -> str:
    return similar_page.page(pairs, more=more, unread=unread, percent=70, title="Networks")


def words(html: str) -> str:
    """What a reader sees, on one line."""
    body = re.sub(r"<(style|title)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_it_says_that_it_accuses_nobody():
    assert "What is alike, not who copied" in words(page(PAIR))
    assert "Read both before you ask anybody." in words(page(PAIR))


def test_it_says_from_how_much_on_programs_are_listed():
    assert "of one of them, 70 % or more stands in the other too" in words(page(PAIR))


def test_a_class_without_pairs_is_one_sentence():
    assert words(page()).endswith("No two programs are so much alike.")


def test_a_pair_has_a_row_with_its_share_its_week_and_both_students():
    assert "83 % 1 alice and bob 2" in words(page(PAIR))


def test_a_passage_stands_side_by_side_with_the_numbers_of_its_lines():
    side_by_side = "alice: server.py, line 3 3 import socket 4 x = 1 bob: main.py, line 7 7 import socket"
    assert side_by_side in words(page(PAIR))


def test_each_passage_of_a_pair_has_a_letter_and_a_colour_of_its_own():
    found = re.findall(r'passage tone-(\d)".*?class="letter">(\w)<', page(PAIR), flags=re.DOTALL)
    assert found == [("0", "A"), ("1", "B")]


def test_spaces_at_the_beginning_of_a_line_stay():
    assert '<span class="at">4</span>    x = 1</span>' in page(PAIR)


def test_students_are_links_to_their_pages_whatever_is_in_their_names():
    assert 'href="../feedback/a%22b%20c%23%3F.html"' in page(Pair(1, 'a"b c#?', "bob", 90, ()))


def test_the_same_two_in_two_weeks_are_told_apart():
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page(PAIR, PAIR._replace(week=3)))
    assert headings == ["Week 1: alice and bob", "Week 3: alice and bob"]


def test_how_many_more_pairs_there_are_is_said():
    assert "And 1,234 more, which are less alike." in words(page(PAIR, more=1234))


def test_what_was_not_compared_is_said():
    assert "Not compared bob, week 1: a.py was not read: it has 10 bytes" in words(
        page(unread=("bob, week 1: a.py was not read: it has 10 bytes",))
    )


@pytest.mark.parametrize("where", ["student", "file", "line", "unread"])
def test_nothing_of_a_submission_is_markup_or_moves_what_is_read(where):
    excerpt = Excerpt(HOSTILE if where == "file" else "a.py", 1, (HOSTILE if where == "line" else "x",))
    pair = Pair(1, HOSTILE if where == "student" else "alice", "bob", 90, (Passage(excerpt, excerpt),))
    html = page(pair, unread=(HOSTILE if where == "unread" else "x",))
    assert "<script" not in html
    assert not set("\u202e\x1b") & set(html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e\\x1b[2J" in html


def test_a_line_of_10_000_characters_is_cut():
    excerpt = Excerpt("a.py", 1, ("x" * 10_000,))
    assert "x" * 501 not in page(Pair(1, "alice", "bob", 90, (Passage(excerpt, excerpt),)))


def test_the_page_has_no_script_and_no_style_attribute():
    html = page(PAIR)
    assert "<script" not in html
    assert " style=" not in html
