"""Answers of a server of week 5 are found in a stream of bytes, and read as strictly as the handout is, and no more."""

import pytest

from grader.wire import room_answers as wire
from grader.wire.room_answers import Chat, Greeting, Joined, Left, Malformed, Refusal, Stray, cut, key_of, read

HELO = b"HELO there\nIP:127.0.0.1\nPort:8008\nStudentID:17\n"
JOINED = b"JOINED_CHATROOM: room1\nSERVER_IP: 127.0.0.1\nPORT: 8008\nROOM_REF: 3\nJOIN_ID: 4\n"
LEFT = b"LEFT_CHATROOM: 3\nJOIN_ID: 4\n"
CHAT = b"CHAT: 3\nCLIENT_NAME: alice\nMESSAGE: hello: all\n\n"
ERROR = b"ERROR_CODE: 2\nERROR_DESCRIPTION: there is no room 3\n"
SAID = Chat(3, "alice", "hello: all")
ALL = [
    (HELO, Greeting("there", "127.0.0.1", "8008", "17")),
    (JOINED, Joined("room1", "127.0.0.1", "8008", 3, 4)),
    (LEFT, Left(3, 4)),
    (CHAT, SAID),
    (ERROR, Refusal("2", "there is no room 3")),
    (b"Welcome to my server!\n", Stray("Welcome to my server!")),
]
ODD = [
    (b"helo there\nip: ::1\nPORT : 8008\nstudentid:\n", Greeting("there", "::1", "8008", "")),
    (b"\n\nHELO there \r\nIP:a\r\nPort:\r\nStudentID: 1\r\n", Greeting("there", "a", "", "1")),
    (JOINED.lower(), Joined("room1", "127.0.0.1", "8008", 3, 4)),
    (JOINED.replace(b": ", b":"), Joined("room1", "127.0.0.1", "8008", 3, 4)),
    (JOINED.replace(b"127.0.0.1", b"").replace(b"8008", b""), Joined("room1", "", "", 3, 4)),
    (
        JOINED.replace(b"4", b"0").replace(b"3", b"-9223372036854775808"),
        Joined("room1", "127.0.0.1", "8008", -(2**63), 0),
    ),
    (CHAT.removesuffix(b"\n"), SAID),
    (CHAT.replace(b"hello: all", b"\xff"), Chat(3, "alice", "\ufffd")),
]


def answers(data, **more):
    """What is found in these bytes, and what is left of them."""
    came, found = bytearray(data), []
    while (answer := cut(came, **more)) is not None:
        found.append(read(answer))
    return found, bytes(came)


def fault(answer):
    """Why this cannot be read."""
    with pytest.raises(Malformed) as malformed:
        read(answer)
    return str(malformed.value).removeprefix("expected ")


@pytest.mark.parametrize(("data", "found"), ALL + ODD)
def test_an_answer_is_read(data, found):
    assert answers(data)[0] == [found]


@pytest.mark.parametrize(("data", "found"), ALL)
def test_an_answer_is_found_as_soon_as_its_last_line_is_there(data, found):
    size = len(data.rstrip(b"\n")) + 1
    for place in range(size):
        came = bytearray(data[:place])
        assert cut(came) is None
        assert came == data[:place]
    assert answers(data[:size]) == ([found], b"")


def test_answers_follow_each_other():
    everything = b"".join(data for data, _ in ALL)
    assert answers(everything) == ([found for _, found in ALL], b"")


def test_a_message_need_not_end_with_an_empty_line():
    assert answers(CHAT.removesuffix(b"\n") + LEFT) == ([SAID, Left(3, 4)], b"")


def test_empty_lines_before_an_answer_stand_at_its_beginning():
    came = bytearray(CHAT + CHAT)
    assert [cut(came), cut(came), bytes(came)] == [CHAT[:-1], b"\n" + CHAT[:-1], b"\n"]


def test_a_whole_message_goes_on_to_its_empty_line():
    data = CHAT.replace(b": all", b"\nCHAT: 7\nof you")
    for place in range(len(data)):
        assert cut(bytearray(data[:place]), whole=True) is None
    assert answers(data + LEFT, whole=True) == ([Chat(3, "alice", "hello\nCHAT: 7\nof you"), Left(3, 4)], b"")


def test_a_whole_message_without_an_empty_line_ends_where_the_next_one_begins():
    data = CHAT.replace(b": all\n\n", b"\nCHAT: 7\n") + CHAT.lower()
    assert answers(data, whole=True)[0][0] == Chat(3, "alice", "hello\nCHAT: 7")
    assert cut(bytearray(data), whole=True) == data[: data.index(b"chat: 3")]


def test_other_answers_are_whole_as_they_are():
    everything = b"".join(data for data, _ in ALL)
    assert answers(everything, whole=True)[0] == [found for _, found in ALL]


def test_the_last_line_of_a_helo_needs_no_newline_when_nothing_more_comes():
    data = HELO.removesuffix(b"\n")
    assert answers(data) == ([], data)
    assert answers(data, at_rest=True) == ([Greeting("there", "127.0.0.1", "8008", "17")], b"")


def test_nor_does_the_last_line_of_an_error():
    data = b"ERROR_CODE: 2\nERROR_DESCRIPTION: no such room"
    assert answers(data, at_rest=True) == ([Refusal("2", "no such room")], b"")


@pytest.mark.parametrize("data", [JOINED[:-1], LEFT[:-1], HELO[: HELO.index(b"Student")], HELO[:-20], b"HELO"])
def test_other_lines_need_theirs(data):
    assert answers(data, at_rest=True) == ([], data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (JOINED.replace(b"SERVER_IP: 127.0.0.1\n", b""), "it is 'PORT: 8008'"),
        (JOINED.replace(b"SERVER_IP", b"IP"), "it is 'IP: 127.0.0.1'"),
        (JOINED[:23] + CHAT, "there is none"),
    ],
)
def test_a_line_that_is_not_in_its_place_is_named(data, text):
    expected = "the line `SERVER_IP:` as number 2 of JOINED_CHATROOM"
    assert fault(cut(bytearray(data))) == f"{expected}, but {text}"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (JOINED.replace(b"REF: 3", b"REF: room1"), "an integer after `ROOM_REF:`, but it is 'room1'"),
        (JOINED.replace(b"ID: 4", b"ID:"), "an integer after `JOIN_ID:`, but there is nothing"),
        (LEFT.replace(b"3", b"3.0"), "an integer after `LEFT_CHATROOM:`, but it is '3.0'"),
        (LEFT.replace(b"3", b"3" * 101), f"an integer after `LEFT_CHATROOM:`, but it is '{'3' * 101}'"),
        (CHAT.replace(b"3", "\u0663".encode()), "an integer after `CHAT:`, but it is '\u0663'"),
        (HELO.replace(b"127.0.0.1", b""), "an address after `IP:`, but there is nothing"),
    ],
)
def test_a_value_that_cannot_be_right_is_named(answer, text):
    assert fault(answer) == text


@pytest.mark.parametrize(
    ("answer", "key"),
    [(b"\n\r\nchat : 3\n", "CHAT"), (b"HELO there: you\n", "HELO"), (b"Hello!\n", "HELLO!"), (b"", "")],
)
def test_an_answer_is_known_by_its_first_key(answer, key):
    assert key_of(answer) == key


def test_what_follows_an_answer_that_lacks_a_line_is_not_lost():
    came = bytearray(JOINED[:23] + CHAT)
    assert cut(came) == JOINED[:23]
    assert read(cut(came)) == SAID


@pytest.mark.parametrize(
    ("request_written", "data"),
    [
        (wire.hello("there"), b"HELO there\n"),
        (wire.join("room1", "alice"), b"JOIN_CHATROOM: room1\nCLIENT_IP: 0\nPORT: 0\nCLIENT_NAME: alice\n"),
        (
            wire.join("room1", "alice", "127.0.0.1", 8009),
            b"JOIN_CHATROOM: room1\nCLIENT_IP: 127.0.0.1\nPORT: 8009\nCLIENT_NAME: alice\n",
        ),
        (wire.say(3, -4, "alice", "one\ntwo"), b"CHAT: 3\nJOIN_ID: -4\nCLIENT_NAME: alice\nMESSAGE: one\ntwo\n\n"),
        (wire.leave(3, 4, "alice"), b"LEAVE_CHATROOM: 3\nJOIN_ID: 4\nCLIENT_NAME: alice\n"),
        (wire.disconnect("alice"), b"DISCONNECT: 0\nPORT: 0\nCLIENT_NAME: alice\n"),
        (wire.KILL, b"KILL_SERVICE\n"),
    ],
)
def test_requests_are_written_as_the_handout_has_them(request_written, data):
    assert request_written == data
