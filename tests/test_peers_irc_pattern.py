"""Lines that are waited for, as checks write them."""

import pytest

from grader.peers.irc.pattern import marked, parsed
from grader.wire.irc import read


def fits(pattern, line):
    """Whether a line is such a one."""
    message = read(line)
    return parsed(pattern).matches(message.source, message.command, message.params)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (":bob JOIN #den", ":bob!b@host JOIN #den"),
        (":bob JOIN #den", ":bob!b@host JOIN :#den"),
        (":bob JOIN #den", ":Bob!b@host JOIN #Den account :Real Name"),
        ("482 #den", ":irc.example 482 alice #den :You are no operator"),
        ("403|476 den", ":irc.example 476 alice den :Bad name"),
        ("352 #den ? ? ? bob H*", ":x 352 alice #den b host x bob H@ :0 Bob"),
        ("CAP ? ACK *multi-prefix*", ":x CAP * ACK :multi-prefix "),
        (":bob PRIVMSG #den :hello you", ":bob!b@host PRIVMSG #den :hello you"),
        (":alice TOPIC #den :", ":alice!a@host TOPIC #den :"),
        ("PONG", "PONG"),
    ],
)
def test_a_line_that_fits(pattern, line):
    assert fits(pattern, line)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (":bob JOIN #den", ":carol!c@host JOIN #den"),
        (":bob JOIN #den", ":bob!b@host PART #den"),
        (":bob JOIN #den", ":bob!b@host JOIN #den-2"),
        ("482 #den", ":irc.example 482 #den :The nick is missing"),
        ("482 #den", ":irc.example 482 alice"),
        ("352 #den ? ? ? bob H*", ":x 352 alice #den b host x bob G :0 Bob"),
        (":bob PRIVMSG #den :hello", ":bob!b@host PRIVMSG #den :Hello"),
        (":bob PRIVMSG #den :hello", ":bob!b@host PRIVMSG #den hello more"),
        (":alice TOPIC #den :", ":alice!a@host TOPIC #den"),
    ],
)
def test_a_line_that_does_not_fit(pattern, line):
    assert not fits(pattern, line)


def test_the_row_about_the_same_person_is_the_nearest():
    pattern = parsed("352 #den ? ? ? bob H*@*")
    rows = [read(f":x 352 alice #den u host x {row} :0 Name") for row in ("alice H@", "bob H", "carol H@")]
    assert max(rows, key=lambda each: pattern.likeness(each.source, each.params)) == rows[1]


def test_texts_end_in_the_mark():
    assert marked("PRIVMSG bob :hello", "k7") == "PRIVMSG bob :hello k7"
    assert parsed(":bob PRIVMSG alice :hello", "k7").text == "hello k7"


@pytest.mark.parametrize("line", ["JOIN #den", "TOPIC #den :", "CAP REQ :a b", "NICK :two words", ":alice NICK :Alice"])
def test_what_is_no_text_has_no_mark(line):
    assert marked(line, "k7") == line


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("482 #den", "482 alice #den"),
        (":bob PRIVMSG #den :hello", ":bob PRIVMSG #den :hello"),
        ("403|476 den", "403|476 alice den"),
    ],
)
def test_a_pattern_is_told_as_a_student_would_read_it(pattern, told):
    assert parsed(pattern).told("alice") == told
