"""Hostile text, made harmless for each place where it is shown."""

import pytest

from grader.report.escape import fenced, for_csv, for_markdown, for_page, for_terminal, for_xml

ON_A_TERMINAL = [
    ("Grüße, 世界 🙂", "Grüße, 世界 🙂"),
    ("\x1b[2Jgone", "\\x1b[2Jgone"),
    ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
    ("\x9b31mred", "\\x9b31mred"),
    ("100\rpassed", "100\\x0dpassed"),
    ("one\ntwo", "one\\x0atwo"),
    ("nul\x00 del\x7f", "nul\\x00 del\\x7f"),
    ("\u202egnp.py", "\\u202egnp.py"),
    ("\u2066a\u2069", "\\u2066a\\u2069"),
    ("zero\u200bwidth", "zero\\u200bwidth"),
    ("line\u2028end\u2029", "line\\u2028end\\u2029"),
    ("caf\udce9", "caf\\udce9"),
    ("a\tb", "a   b"),
]
IN_A_SPREADSHEET = [
    ("alice", "alice"),
    ("a=b", "a=b"),
    ("100", "100"),
    ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    ("+1", "'+1"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'=1"),
    ("\r\n =1", "'=1"),
    ("\xa0=1", "'=1"),
    ("＝1", "'＝1"),
    ("one\r\ntwo", "one two"),
    ("\x1b=1", "\\x1b=1"),
    ("-", "-"),
    ("a;=1", "a;'=1"),
    ("a,-1, +1", "a,'-1,' +1"),
    ("a|\"@b;'\uff1d1", "a|'\"@b;''\uff1d1"),
    ("well-known, a=b; c", "well-known, a=b; c"),
]
IN_MARKDOWN = [
    ("It has 2,000 files: café.", "It has 2,000 files: café."),
    ("**bold** _it_ ~no~", r"\*\*bold\*\* \_it\_ \~no\~"),
    ("[a](b.md)", r"\[a\](b.md)"),
    ("![a](b)", r"\!\[a\](b)"),
    ("<script>", r"\<script\>"),
    ("`code`", r"\`code\`"),
    ("# title | cell", r"\# title \| cell"),
    ("@alice #12 &amp;", r"\@alice \#12 \&amp;"),
    ("C:\\*", r"C:\\\*"),
    ("one\n# two", r"one\\x0a\# two"),
]


@pytest.mark.parametrize(("text", "shown"), ON_A_TERMINAL)
def test_a_terminal_is_not_moved_coloured_or_misled(text, shown):
    assert for_terminal(text) == shown


@pytest.mark.parametrize(("text", "shown"), ON_A_TERMINAL)
def test_a_page_shows_what_cannot_be_seen(text, shown):
    assert for_page(text) == shown


def test_a_line_of_500_characters_is_shown_whole():
    assert for_terminal("x" * 500) == "x" * 500


def test_a_longer_line_is_cut_and_says_how_long_it_was():
    assert for_terminal("x" * 1234) == "x" * 500 + " ... (1,234 characters)"


@pytest.mark.parametrize(("text", "cell"), IN_A_SPREADSHEET)
def test_a_spreadsheet_sees_no_formula(text, cell):
    assert for_csv(text) == cell


@pytest.mark.parametrize(("text", "shown"), IN_MARKDOWN)
def test_markdown_sees_no_markup(text, shown):
    assert for_markdown(text) == shown


def test_a_code_block_has_one_line_for_each_line():
    assert fenced(["one *two*", "thr\x1bee\n"]) == "```text\none *two*\nthr\\x1bee\\x0a\n```"


@pytest.mark.parametrize(("line", "fence"), [("```", "````"), ("a ````` b", "``````"), ("``", "```")])
def test_no_line_closes_the_code_block_that_it_is_in(line, fence):
    assert fenced([line]) == f"{fence}text\n{line}\n{fence}"


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x00\ufffe\uffff]]>", "a\\x00\\ufffe\\uffff]]>"), ("\U0001f642", "\U0001f642")]
)
def test_xml_has_no_character_that_it_must_not_have(text, shown):
    assert for_xml(text) == shown
