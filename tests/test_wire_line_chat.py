"""A line of week 7 is read as what the handout says, or refused in words that its sender can act on."""

import pytest

from grader.wire import line_chat as wire
from grader.wire.line_chat import (
    LONGEST,
    All,
    Create,
    Join,
    Login,
    Logout,
    Malformed,
    Part,
    Ping,
    Room,
    Rooms,
    Tell,
    Who,
)
from grader.wire.streams import Lines

COMMANDS = "LOGIN, LOGOUT, TELL, ALL, WHO, CREATE, JOIN, PART, ROOM, ROOMS, PING"
NAMES = "; a name has 1 to 20 letters, digits, _ and -"
STREAM = b"login alice\r\n\nALL  hi \n" + b"x" * 600 + "\nTELL bob \N{SNOWMAN}\n".encode() + b"PING" * 128 + b"\nWHO\n"
READ = [Login("alice"), All(" hi "), None, Tell("bob", "\N{SNOWMAN}"), None, Who()]


def read(line):
    """The command that a line is."""
    return wire.read(*wire.split(line))


def refusal(line):
    """The code and the text of the Malformed that this line raises."""
    with pytest.raises(Malformed) as malformed:
        read(line)
    assert str(malformed.value) == malformed.value.text
    return malformed.value.code, malformed.value.text


def commands(pieces):
    """The commands in a stream that comes in these pieces; None for a line that is too long."""
    lines = Lines(LONGEST)
    found = [line for piece in pieces for line in lines.feed(piece)]
    return [line if line is None else read(line) for line in found if line is None or not wire.is_empty(line)]


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (b"LOGIN alice", Login("alice")),
        (b"login alice\r", Login("alice")),
        (b"LoGiN a-B_9", Login("a-B_9")),
        (b"LOGIN " + b"a" * 20, Login("a" * 20)),
        (b"LOGOUT", Logout()),
        (b"TELL bob good morning", Tell("bob", "good morning")),
        (b"TELL bob  two  spaces ", Tell("bob", " two  spaces ")),
        (b"ALL hello", All("hello")),
        (b"ALL  ", All(" ")),
        (b"WHO\r", Who()),
        (b"CREATE #den", Create("#den")),
        (b"JOIN #den", Join("#den")),
        (b"PART #Den", Part("#Den")),
        (b"ROOM #den hi there", Room("#den", "hi there")),
        (b"ROOMS", Rooms()),
        (b"PING \x01\t", Ping("\x01\t")),
        ("PING caf\u00e9\u2028".encode(), Ping("caf\u00e9\u2028")),
        (b"PING one\r\r", Ping("one\r")),
    ],
)
def test_a_command_is_read(line, command):
    assert read(line) == command


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (b"LOGIN", f"LOGIN name{NAMES}"),
        (b"LOGIN ", f"LOGIN name{NAMES}"),
        (b"LOGIN two words", f"LOGIN name{NAMES}"),
        (b"LOGIN " + b"a" * 21, f"LOGIN name{NAMES}"),
        (b"LOGIN alice\n", f"LOGIN name{NAMES}"),
        ("LOGIN caf\u00e9".encode(), f"LOGIN name{NAMES}"),
        (b"LOGOUT now", "LOGOUT"),
        (b"WHO ", "WHO"),
        (b"TELL bob", f"TELL name text{NAMES}"),
        (b"TELL bob ", f"TELL name text{NAMES}"),
        (b"TELL  bob hi", f"TELL name text{NAMES}"),
        (b"ALL", "ALL text"),
        (b"ALL ", "ALL text"),
        (b"CREATE den", f"CREATE #room{NAMES}"),
        (b"JOIN #", f"JOIN #room{NAMES}"),
        (b"PART ##den", f"PART #room{NAMES}"),
        (b"ROOM #den", f"ROOM #room text{NAMES}"),
        (b"PING", "PING text"),
    ],
)
def test_what_has_other_fields_is_malformed(line, form):
    assert refusal(line) == (400, f"write {form}")


@pytest.mark.parametrize("line", [b"ALL \xff", b"\xff", b"ALL \xed\xa0\x80", b"HELLO \xc3"])
def test_what_is_not_utf_8_is_refused_before_anything_else(line):
    assert refusal(line) == (400, "this is not UTF-8")


@pytest.mark.parametrize("line", [b"ALL \x00", b"\x00", b"HELLO\x00"])
def test_a_nul_byte_is_refused(line):
    assert refusal(line) == (400, "a line has no NUL byte")


@pytest.mark.parametrize("line", [b"HELLO", b" WHO", b" ", b"LOGINS", "jo\u0131n #den".encode(), b"WHO\tnow"])
def test_an_unknown_command_is_refused(line):
    assert refusal(line) == (405, f"the commands are {COMMANDS}")


@pytest.mark.parametrize("line", [b"", b"\r"])
def test_a_line_with_nothing_in_it_is_empty(line):
    assert wire.is_empty(line)


def test_a_line_with_a_space_in_it_is_not_empty():
    assert not wire.is_empty(b" ")


def test_a_stream_gives_the_same_commands_whole_and_byte_by_byte():
    assert commands([STREAM]) == commands([STREAM[place : place + 1] for place in range(len(STREAM))]) == READ


def test_a_stream_gives_the_same_commands_wherever_it_is_cut():
    for place in range(len(STREAM) + 1):
        assert commands([STREAM[:place], STREAM[place:]]) == READ, place


def test_a_line_of_the_server_is_words_and_a_newline():
    assert wire.line("ALL", "alice", "caf\u00e9 ") == "ALL alice caf\u00e9 \n".encode()


@pytest.mark.parametrize(("names", "line"), [((), b"ROOMS\n"), (("#b", "#a", "#B"), b"ROOMS #B #a #b\n")])
def test_a_list_is_sorted_and_has_no_space_at_its_end(names, line):
    assert wire.listed("ROOMS", names=names) == line


def test_a_refusal_has_a_code_and_a_sentence():
    assert wire.refusal(404, "there is no bob here") == b"ERR 404 there is no bob here\n"


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        (b"ERR 404 there is no bob", 404, b"there is no bob"),
        (b"ERR 404 \xff", 404, b"\xff"),
        (b"ERR 404", 404, b""),
        (b"ERR 404  ", 404, b""),
        (b"ERR 4040 no", None, b""),
        (b"ERR404 no", None, b""),
        (b"OK ALL", None, b""),
        (b"", None, b""),
    ],
)
def test_the_code_and_the_sentence_of_an_error_are_found(line, code, sentence):
    assert (wire.error_code(line), wire.sentence(line)) == (code, sentence)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (b"login Alice\r", b"LOGIN Alice"),
        (b"Who", b"WHO"),
        (b"all Hi  there ", b"ALL Hi  there "),
        (b"\xff x", b"\xff x"),
        (b"", b""),
    ],
)
def test_what_is_a_clients_own_choice_is_left_out(line, written):
    assert wire.as_written(line) == written
