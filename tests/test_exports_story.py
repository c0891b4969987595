"""A check in plain lines: the words of the terminal, and of a hidden check nothing but its title."""

from dataclasses import replace

import pytest

from grader.exports.story import headline, story, title
from tests.works import BLOCKED, BONUS, BROKEN, FAILED, HIDDEN, HOSTILE, PASSED

TOLD = """One byte comes back.
alice connects
alice sends b'\\n'
^ expected b'hi', but nothing came
Your program's last words:
| Traceback
| KeyError: 1
Teaches: recv() returns at once.
Hint: Don't strip().
Again: make test-week1 CHECK=echoes_one_byte"""
NO_FAULT = "This could not be graded, by a fault of the grader."


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (PASSED, ("echoes one byte", "", "")),
        (FAILED, ("echoes a line", "expected b'hi', but nothing came", TOLD)),
        (HIDDEN, ("is secret (hidden)", "", "")),
        (BLOCKED, ("goes on", *["Not tried: “echoes a line” has not passed."] * 2)),
        (BROKEN, ("breaks", NO_FAULT, NO_FAULT)),
        (BONUS, ("adds (bonus)", "", "")),
        (replace(HIDDEN, stretch=True), ("is secret (hidden, bonus)", "", "")),
    ],
)
def test_each_verdict_has_its_words(outcome, expected):
    assert (title(outcome), headline(outcome), story(outcome)) == expected


def test_of_a_long_conversation_the_end_is_told():
    lines = story(replace(FAILED, transcript=tuple(f"step {number}" for number in range(1, 1201)))).splitlines()
    assert lines[1:3] == ["... (1,000 lines before)", "step 1001"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_step_is_one_short_line_whatever_is_in_it(text):
    lines = story(replace(FAILED, transcript=(text,), said=())).split("\n")
    assert len(lines) == 6
    assert max(map(len, lines)) < 600
