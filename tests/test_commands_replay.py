"""One conversation of one student's, had again from the command line."""

import pytest
from click.testing import CliRunner

from grader.check import Refused
from grader.commands.replay import replay
from grader.commands.settings import ALL_PASSED, SOME_FAILED

WRONG, RIGHT = "anna-novak-decodes-utf8", "kofi-mensah-right-terse"


def replayed(*arguments):
    return CliRunner().invoke(replay, arguments, standalone_mode=False)


def test_a_failure_is_told_again():
    done = replayed(WRONG, "echoes_every_byte_value")
    assert done.exit_code == SOME_FAILED
    assert "    ^ expected alice to receive b'\\x00" in done.output
    assert "make test-week1" not in done.output


def test_what_went_well_shows_its_conversation_too():
    done = replayed(RIGHT, "echoes one byte")
    assert done.exit_code == ALL_PASSED
    assert done.output.endswith("    alice connects\n    alice > b'\\n'\n    alice < b'\\n'\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("nobody", "echoes_one_byte"),
            "There is no submission of 'nobody'. The gradebook has the names in its first column.",
        ),
        ((RIGHT, "sings"), "There is no check sings in any week. A student's feedback has its name behind CHECK=."),
        (
            (RIGHT, "echoes_one_byte", "--week", "2"),
            "There is no check echoes_one_byte in week 2. A student's feedback has its name behind CHECK=.",
        ),
        ((RIGHT, "keeps_its_name", "--week", "10"), "There is no week 10."),
    ],
)
def test_what_is_not_there_is_a_sentence(arguments, sentence):
    refusal = replayed(*arguments).exception
    assert isinstance(refusal, Refused)
    assert str(refusal).startswith(sentence)
