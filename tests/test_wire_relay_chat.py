"""The lines of week 6 are read as the handout says: strict in form, lenient in the words behind a number."""

import pytest

from grader.wire.relay_chat import (
    answer,
    disconnect,
    goodbye,
    is_disconnect,
    message,
    read_answer,
    read_message,
    read_registration,
    register,
)

NO_REGISTRATIONS = [
    b"",
    b"REGISTER",
    b"REGISTER alice",
    b"REGISTER  CHAT/1.0",
    b"REGISTER alice CHAT/1.1",
    b"REGISTER alice CHAT/1x0",
    b"REGISTER alice CHAT/1.0 ",
    b" REGISTER alice CHAT/1.0",
    b"REGISTER two words CHAT/1.0",
    b"REGISTER al:ce CHAT/1.0",
    b"REGISTER " + b"a" * 21 + b" CHAT/1.0",
    b"REGISTER caf\xc3\xa9 CHAT/1.0",
    b"register alice CHAT/1.0",
]


def test_what_is_said_is_a_line():
    said = [register("alice"), answer(401), message("alice", "a: b"), disconnect("alice"), goodbye()]
    assert said == [
        b"REGISTER alice CHAT/1.0\n",
        b"401 Client already registered\n",
        b"@alice: a: b\n",
        b"DISCONNECT alice CHAT/1.0\n",
        b"DISCONNECT CHAT/1.0\n",
    ]


@pytest.mark.parametrize("name", ["a", "alice", "Steve", "REGISTER", "CHAT", "_", "a-b_0", "9" * 20])
def test_a_registration_has_a_name(name):
    assert read_registration(register(name).rstrip(b"\n")) == name


def test_telnet_may_register():
    assert read_registration(b"REGISTER alice CHAT/1.0\r") == "alice"


@pytest.mark.parametrize("line", NO_REGISTRATIONS)
def test_another_first_line_is_no_registration(line):
    assert read_registration(line) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"200 Registration successful\n", 200),
        (b"401\n", 401),
        (b"400: no\r\n", 400),
        (b"2000 no\n", None),
        (b"20\n", None),
        (b" 200 ok\n", None),
        (b"SSH-2.0\n", None),
        (b"", None),
    ],
)
def test_the_number_of_an_answer_decides(line, code):
    assert read_answer(line) == code


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (b"@bob: hi", ("bob", "hi")),
        (b"@bob: a: b", ("bob", "a: b")),
        (b"@bob: @carol: hi", ("bob", "@carol: hi")),
        (b"@bob: ", ("bob", "")),
        (b"hi", ("alice", "hi")),
        (b"@bob hi", ("alice", "@bob hi")),
        (b"@bob: \xff", ("bob", "\\xff")),
    ],
)
def test_a_line_that_is_relayed_has_a_sender_and_a_text(line, read):
    assert read_message(line, "alice") == read


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        (b"DISCONNECT alice CHAT/1.0", True),
        (b"DISCONNECT alice CHAT/1.0\r", True),
        (b"DISCONNECT bob CHAT/1.0", False),
        (b"DISCONNECT CHAT/1.0", False),
        (b"@alice: DISCONNECT alice CHAT/1.0", False),
    ],
)
def test_only_a_whole_line_with_her_own_name_is_how_alice_leaves(line, leaves):
    assert is_disconnect(line, "alice") is leaves
