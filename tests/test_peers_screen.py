"""What a program has printed is read as lines, whatever it does with colours, the cursor and broken bytes."""

import time

import pytest

from grader.peers.screen import lines, times

HOSTILE = 100_000  # of the same bytes, one after the other
AT_ONCE = 1.0  # seconds of processor time, a hundred times more than it takes


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"", []),
        (b"bob: hi\n", ["bob: hi"]),
        (b"bob: hi\ncarol: hello\n", ["bob: hi", "carol: hello"]),
        (b"bob: hi\n\ncarol: hello\n", ["bob: hi", "", "carol: hello"]),
        (b"\n", [""]),
        (b"\n\n", ["", ""]),
        (b" bob: hi \n", [" bob: hi "]),
        (b"bob:\thi\n", ["bob:\thi"]),
    ],
)
def test_each_line_is_one(shown, expected):
    assert lines(shown) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"bob: h", ["bob: h"]),
        (b"bob: hi\ncarol", ["bob: hi", "carol"]),
        (b"bob: hi\n> ", ["bob: hi", "> "]),
        (b" ", [" "]),
    ],
)
def test_a_line_without_an_end_is_one_as_well(shown, expected):
    assert lines(shown) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"bob: hi\r\n", ["bob: hi"]),
        (b"bob: hi\r\ncarol: hello\r\n", ["bob: hi", "carol: hello"]),
        (b"bob: hi\r\n\r\ncarol: hello", ["bob: hi", "", "carol: hello"]),
        (b"bob: hi\r\r\ncarol: hello", ["bob: hi", "carol: hello"]),
        (b"bob: hi\r\r\r\ncarol: hello", ["bob: hi", "carol: hello"]),
        (b"bob: hi\n\rcarol: hello", ["bob: hi", "", "carol: hello"]),
    ],
)
def test_a_line_ends_as_a_terminal_ends_it(shown, expected):
    assert lines(shown) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"> \rbob: hi\n> ", ["> ", "bob: hi", "> "]),
        (b"50 %\r100 %\n", ["50 %", "100 %"]),
        (b"50 %\r\r100 %\n", ["50 %", "100 %"]),
        (b"> hel\r\x1b[2Kbob: hi\r\n> hel", ["> hel", "bob: hi", "> hel"]),
        (b"bob: hi\r", ["bob: hi"]),
    ],
)
def test_what_is_drawn_anew_is_another_line(shown, expected):
    assert lines(shown) == expected


@pytest.mark.parametrize(
    "escape",
    [
        b"\x1b[m",
        b"\x1b[0m",
        b"\x1b[1;31m",
        b"\x1b[38;5;208m",
        b"\x1b[38;2;255;128;0m",
        b"\x1b[38:2::255:128:0m",
        b"\x1b[K",
        b"\x1b[10;20H",
        b"\x1b[A",
        b"\x1b[?25l",
        b"\x1b[?1049h",
        b"\x1b[?2004h",
        b"\x1b[>4;2m",
        b"\x1b[2 q",
        b"\x1b[!p",
        b"\x1b[200~",
        b"\x1b]0;chat: alice\x07",
        b"\x1b]0;chat: alice\x1b\\",
        b"\x1b]2;Gr\xc3\xbc\xc3\x9fe\x07",
        b"\x1b]8;;http://localhost/\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b_application\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstring\x1b\\",
        b"\x1b(B",
        b"\x1b)0",
        b"\x1b#8",
        b"\x1b7",
        b"\x1b8",
        b"\x1b=",
        b"\x1b>",
        b"\x1bM",
        b"\x1b[J",
        b"\x07",
        b"\x08",
        b"\x00",
        b"\x0b",
        b"\x0c",
        b"\x0e\x0f",
        b"\x1f",
        b"\x7f",
    ],
)
@pytest.mark.parametrize(
    "shown", [b"%bbob: hi\n", b"bob:%b hi\n", b"bob: hi%b\n", b"%b%bbob: %bhi%b\r\n%b", b"bob: hi%b"]
)
def test_what_is_not_text_is_left_out(shown, escape):
    assert lines(shown.replace(b"%b", escape)) == ["bob: hi"]


@pytest.mark.parametrize("clear", [b"\x1b[2J", b"\x1b[3J", b"\x1b[H\x1b[J", b"\x1b[H\x1b[0J", b"\x1bc"])
def test_a_screen_that_is_cleared_has_shown_nothing(clear):
    assert lines(b"bob: hi\n" + clear + b"bob: hi\ncarol: hello\n") == ["bob: hi", "carol: hello"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(b"> hel\b\b\b\b\bbob: hi\n", ["> helbob: hi"]), (b"> \b \b\b \bbob: hi\n", [">   bob: hi"]), (b"\b\b\b", [])],
)
def test_backspaces_take_nothing_away(shown, expected):
    assert lines(shown) == expected


@pytest.mark.parametrize("rest", [b"\x1b", b"\x1b[", b"\x1b[3", b"\x1b[38;5;208", b"\x1b]", b"\x1b]0;chat", b"\x1b("])
def test_a_sequence_whose_end_is_still_to_come_shows_nothing(rest):
    assert lines(b"bob: hi\n" + rest) == ["bob: hi"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"[31m", "[31m"),
        (b"]0;title", "]0;title"),
        (b"bob: array[3]; x^_^", "bob: array[3]; x^_^"),
        (b"\x1b[31m[INFO]\x1b[0m bob: hi", "[INFO] bob: hi"),
        (b"\x1b]0;one\x07bob: hi\x1b]0;two\x07", "bob: hi"),
    ],
)
def test_what_only_looks_like_an_escape_is_text(shown, expected):
    assert lines(shown) == [expected]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"caf\xe9", r"caf\xe9"),
        (b"\xff\xfe bob: hi", r"\xff\xfe bob: hi"),
        (b"bob: \xe2\x82", r"bob: \xe2\x82"),
        (b"bob: \xe2\x82 hi", r"bob: \xe2\x82 hi"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),
    ],
)
def test_what_is_not_utf_8_is_shown_as_python_writes_it(shown, expected):
    assert lines(shown) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Grüße",
        "привет",
        "你好",
        "\N{SMILING FACE WITH SUNGLASSES}",
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}",
        "e\N{COMBINING ACUTE ACCENT}",
        "\N{LINE SEPARATOR}",
        "\N{NO-BREAK SPACE}",
    ],
)
def test_every_other_character_stays_and_ends_no_line(text):
    assert lines(f"bob: {text}\n".encode()) == [f"bob: {text}"]


def test_a_bytearray_that_grows_is_read_as_it_is():
    shown = bytearray(b"bob: ")
    before = lines(shown)
    shown += b"hi\n"
    assert (before, lines(shown)) == (["bob: "], ["bob: hi"])


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (b"", 0),
        (b"carol: hi\n", 0),
        (b"bob: hi\n", 1),
        (b"bob: hi", 1),
        (b"12:00 > bob: hi there\n", 1),
        (b"\x1b[1mbob\x1b[0m: \x1b[31mhi\x1b[0m\n", 1),
        (b"bob: hi bob: hi\n", 1),
        (b"bob: hi\nbob: hi\n", 2),
        (b"bob: hi\nbob: hi", 2),
        (b"bob: hi\rbob: hi", 2),
        (b"bob:\nhi\n", 0),
        (b"BOB: HI\n", 0),
    ],
)
def test_the_lines_in_which_a_text_stands_are_counted(shown, expected):
    assert times(shown, "bob: hi") == expected


@pytest.mark.parametrize(
    "bytes_again", [b"\r", b"\n", b"\r\n", b"\b", b"\x1b", b"\x1b[", b"\x1b[3", b"\x1b]", b"\x1b]0;", b"\x1b ", b"\xff"]
)
def test_the_same_bytes_again_and_again_are_read_at_once(bytes_again):
    started = time.process_time()
    lines(bytes_again * HOSTILE)
    assert time.process_time() - started < AT_ONCE
