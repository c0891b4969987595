"""A transcript says bytes, numbers and exit statuses in words that fit one line."""

import pytest

from grader.wording import SHOWN, count, difference, ended, shown


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "b''"),
        (b"Hello server!", "b'Hello server!'"),
        (b"\x00\xff\n", r"b'\x00\xff\n'"),
        (b"it's", 'b"it\'s"'),
        (b"x" * 45, "b'" + "x" * 45 + "'"),
        (b"x" * 46, "b'" + "x" * 42 + "'... (46 bytes)"),
        (b"it's " + b"x" * 1019, "b\"it's " + "x" * 37 + '"... (1,024 bytes)'),
        (bytes(256), "b'" + r"\x00" * 10 + "'... (256 bytes)"),
    ],
)
def test_bytes_are_shown_as_python_writes_them_and_cut_with_their_length(data, text):
    assert shown(data) == text


@pytest.mark.parametrize("data", [bytes([value]) * 100_000 for value in b"a'\"\\\x00\xff\n"])
def test_what_is_cut_takes_one_line(data):
    assert SHOWN - 3 <= len(shown(data)) - len(" (100,000 bytes)") <= SHOWN


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 bytes"), (1, "1 byte"), (2, "2 bytes"), (1024, "1,024 bytes"), (1_000_000, "1,000,000 bytes")],
)
def test_plurals_and_commas_are_right(number, text):
    assert count(number, "byte") == text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (0, "ended with status 0"),
        (255, "ended with status 255"),
        (-2, "was ended by the signal SIGINT"),
        (-9, "was ended by the signal SIGKILL"),
        (-63, "was ended by signal 63"),
    ],
)
def test_an_exit_status_is_said_in_words(status, text):
    assert ended(status) == text


@pytest.mark.parametrize(
    ("expected", "came", "text"),
    [
        (b"hello", b"Hello", "byte 1 is 0x48 instead of 0x68"),
        (b"hello", b"hellO", "byte 5 is 0x4f instead of 0x6f"),
        (b"a\x00b", b"a\n", "byte 2 is 0x0a instead of 0x00"),
        (b"hello", b"h", "only 1 of 5 bytes"),
        (b"hello", b"hell", "only 4 of 5 bytes"),
        (b"x" * 1024, b"x" * 1000, "only 1,000 of 1,024 bytes"),
    ],
)
def test_a_difference_is_named_at_its_first_byte(expected, came, text):
    assert difference(expected, came) == text
