"""Bytes in pieces of any size become the same lines."""

import pytest

from grader.wire.streams import Lines

STORY = b"one\n\ntwo \r\n\xff\x00\nthree"
LINES = [b"one", b"", b"two \r", b"\xff\x00"]


def fed(pieces, longest=None):
    """What comes of these pieces, and the buffer that they went through."""
    lines = Lines(longest)
    return [line for piece in pieces for line in lines.feed(piece)], lines


@pytest.mark.parametrize("size", [1, 2, 3, len(STORY)])
def test_lines_are_the_same_however_they_come(size):
    came, lines = fed(STORY[start : start + size] for start in range(0, len(STORY), size))
    assert (came, lines.rest) == (LINES, b"three")


@pytest.mark.parametrize("place", range(len(STORY) + 1))
def test_lines_may_be_cut_anywhere(place):
    came, lines = fed([STORY[:place], STORY[place:]])
    assert (came, lines.rest) == (LINES, b"three")


@pytest.mark.parametrize(
    ("pieces", "came"),
    [
        ([b"abcd\n"], [b"abcd"]),
        ([b"abcde\n"], [None]),
        ([b"abcde"], [None]),
        ([b"abcde", b"fgh", b"ij\nkl\n"], [None, b"kl"]),
        ([b"abcdefgh\nkl\n"], [None, b"kl"]),
        ([b"x" * 10_000] * 3 + [b"\nab\n"], [None, b"ab"]),
        ([b"abcde\nfghij\n"], [None, None]),
    ],
)
def test_a_line_that_is_too_long_is_said_once_and_dropped(pieces, came):
    assert fed(pieces, longest=5)[0] == came


def test_nothing_is_kept_of_a_line_that_is_too_long():
    assert fed([b"x" * 1_000_000] * 3, longest=5)[1].rest == b""
