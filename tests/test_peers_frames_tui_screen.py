"""What stands on a screen that a program draws all over, and where a text stands on it."""

import pytest

from grader.peers.frames.tui_screen import Screen, Stream, stands


def screen(*printed, rows=4, columns=20):
    """What a screen shows after all this."""
    drawn = Screen(columns, rows)
    stream = Stream(drawn)
    for data in printed:
        stream.feed(data)
    return [row.rstrip() for row in drawn.display]


def test_text_stands_where_the_cursor_was():
    assert screen(b"\x1b[2;3Hhello\x1b[1;1Hthere") == ["there", "  hello", "", ""]


@pytest.mark.parametrize(
    "noise",
    [
        b"\x1b[?1049h\x1b[?2026h",
        b"\x1b[>1u\x1b[<u\x1b[=1;1u\x1b[>4;2m",
        b"\x1b[?2026$p\x1b[38:2::1:2:3m\x1b[38;2;1;2;3m\x1b[0m",
        b"\x1b]0;title\x07\x1b]8;;http://x\x1b\\\x1bP+q544e\x1b\\\x1b_Gi=1\x1b\\",
        b"\x1b(B\x1b)0\x1b=\x1b>\x1b7\x1b8",
    ],
    ids=["modes", "keyboards", "colours", "strings", "others"],
)
def test_what_only_other_terminals_know_is_left_out(noise):
    assert screen(noise + b"hello")[0] == "hello"
    assert screen(*(bytes([byte]) for byte in noise + b"hello"))[0] == "hello"


def test_a_sequence_without_an_end_is_waited_for():
    assert screen(b"\x1b]0;no end of a title" + b"x" * 70_000 + b"\x07") == ["", "", "", ""]
    assert screen(b"one\x1b[", b"2;1Htwo")[:2] == ["one", "two"]
    assert screen(b"\x1b\x1b[2;1Htwo")[1] == "two"


def test_what_terminfo_promises_of_xterm():
    assert screen(b"ab\x1b[3b")[0] == "abbbb"
    assert screen(b"one\r\ntwo\r\nthree\x1b[1S") == ["two", "three", "", ""]
    assert screen(b"one\r\ntwo\x1b[2T")[2:] == ["one", "two"]


def test_questions_are_answered():
    drawn, answers = Screen(20, 4), []
    drawn.replies = answers.append
    Stream(drawn).feed(b"abc\x1b[6n")
    assert answers == ["\x1b[1;4R"]


ROWS = [
    "+ chat ------------- people +",
    "| <bob> a long line  | alice|",
    "| that was wrapped   │ bob  │",
    "| some-              │ anna │",
    "| where<red>[b]x[/b]    zoe |",
]


@pytest.mark.parametrize(
    "text",
    [
        "<bob> a long",
        "a long line that was wrapped",
        "a long line that was wrapped some-where<red>",
        "[b]x[/b]",
        "zoe",
        "alongline",
        "",
    ],
)
def test_a_text_stands_there(text):
    assert stands(text, ROWS)


@pytest.mark.parametrize(
    "text", ["a long lion", "long line wrap bob", "that was wrapped anna zoe bob", "x[/b] and more", "bobby"]
)
def test_a_text_does_not(text):
    assert not stands(text, ROWS)


def test_a_column_may_go_on_with_the_same_letters_as_the_next():
    assert stands("wrapped after bob", ["wrapped | after", "after   | anna", "bob     |"])


def test_many_lines_alike_are_looked_through_quickly():
    assert not stands("a" * 400 + "b", ["a a " * 33] * 43)
