"""Requests of week 5 are found in a stream of bytes wherever it is cut, and read as the handout says."""

import pytest

from grader.wire.room_chat import (
    LONGEST,
    MALFORMED,
    TOO_LONG,
    UNKNOWN,
    Disconnect,
    Helo,
    Join,
    Kill,
    Leave,
    Requests,
    Say,
    Wrong,
    chat,
    error,
    greeting,
    joined,
    left,
)

JOIN = b"JOIN_CHATROOM: room1\nCLIENT_IP: 0\nPORT: 0\nCLIENT_NAME: alice\n"
CHAT = b"CHAT: 1\nJOIN_ID: 2\nCLIENT_NAME: alice\nMESSAGE: hello\n\n"
LEAVE = b"LEAVE_CHATROOM: 1\nJOIN_ID: 2\nCLIENT_NAME: alice\n"
ENDLESS = Wrong(TOO_LONG, "a request has at most 65,536 bytes", ends=True)
READ = [
    (b"HELO there\n", [Helo("there")]),
    (b"HELO\n", [Helo("")]),
    (b"helo two  blanks\r\n", [Helo("two  blanks")]),
    (JOIN, [Join("room1", "alice")]),
    (JOIN.replace(b": ", b":"), [Join("room1", "alice")]),
    (JOIN.replace(b"\n", b"\r\n"), [Join("room1", "alice")]),
    (JOIN.lower(), [Join("room1", "alice")]),
    (
        "JOIN_CHATROOM: café: 日本\nCLIENT_NAME:  Zoë B \nPORT: 0\nCLIENT_IP: 0\n".encode(),
        [Join("café: 日本", "Zoë B")],
    ),
    (b"JOIN_CHATROOM: \xff\n\n\nCLIENT_NAME: eve\n", [Join("\ufffd", "eve")]),
    (CHAT, [Say("1", "2", "alice", "hello")]),
    (CHAT.replace(b"hello", b"a: b\nCHAT: 7\nKILL_SERVICE"), [Say("1", "2", "alice", "a: b\nCHAT: 7\nKILL_SERVICE")]),
    (CHAT.replace(b" hello", b""), [Say("1", "2", "alice", "")]),
    (LEAVE, [Leave("1", "2", "alice")]),
    (b"DISCONNECT: 0\nPORT: 0\nCLIENT_NAME: alice\n", [Disconnect()]),
    (b"KILL_SERVICE\n", [Kill()]),
    (b"\n\r\n" + CHAT + b"\n\nHELO there\n", [Say("1", "2", "alice", "hello"), Helo("there")]),
    (CHAT + LEAVE + JOIN, [Say("1", "2", "alice", "hello"), Leave("1", "2", "alice"), Join("room1", "alice")]),
    (CHAT.removesuffix(b"\n"), []),
    (LEAVE.removesuffix(b"\n"), []),
    (b"WHAT: 1\nHELO there\n", [Wrong(UNKNOWN, "there is no message WHAT: 1"), Helo("there")]),
    (b"HELOT there\n", [Wrong(UNKNOWN, "there is no message HELOT there")]),
    (LEAVE.replace(b"1", b""), [Wrong(MALFORMED, "LEAVE_CHATROOM needs the line LEAVE_CHATROOM: with a value")]),
    (LEAVE.replace(b"JOIN_ID", b"ID"), [Wrong(MALFORMED, "LEAVE_CHATROOM needs the line JOIN_ID: with a value")]),
    (CHAT.replace(b"MESSAGE", b"TEXT"), [Wrong(MALFORMED, "CHAT needs the line MESSAGE: with a value")]),
]


def requests(*pieces):
    """What is found in bytes that come in these pieces."""
    stream = Requests()
    return [request for piece in pieces for request in stream.feed(piece)]


@pytest.mark.parametrize(("data", "found"), READ)
def test_requests_are_read(data, found):
    assert requests(data) == found


@pytest.mark.parametrize(("data", "found"), READ)
def test_requests_are_read_byte_by_byte(data, found):
    assert requests(*(data[place : place + 1] for place in range(len(data)))) == found


@pytest.mark.parametrize(("data", "found"), READ)
def test_requests_are_read_wherever_they_are_cut(data, found):
    assert [requests(data[:place], data[place:]) for place in range(len(data))] == [found] * len(data)


def test_a_request_is_found_as_soon_as_its_last_line_is_there():
    stream = Requests()
    assert list(stream.feed(JOIN[:-1])) == []
    assert list(stream.feed(b"\n")) == [Join("room1", "alice")]


def test_the_longest_request_is_read():
    line = b"HELO " + b"x" * (LONGEST - 6)
    assert requests(line + b"\n") == [Helo("x" * (LONGEST - 6))]


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (LONGEST + 1),
        b"HELO " + b"x" * (LONGEST - 5) + b"\n",
        CHAT.removesuffix(b"\n") + b"more\n" * LONGEST,
        b"JOIN_CHATROOM: a\nCLIENT_IP: " + b"0" * LONGEST,
    ],
)
def test_a_request_that_is_too_long_is_the_last_thing_that_is_found(data):
    assert requests(b"HELO there\n", data, b"\nHELO there\n") == [Helo("there"), ENDLESS]


def test_many_requests_may_be_longer_together():
    assert len(requests(CHAT * 5_000)) == 5_000


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        (greeting("there", "127.0.0.1", 8008, "17"), b"HELO there\nIP:127.0.0.1\nPort:8008\nStudentID:17\n"),
        (
            joined("room1", "127.0.0.1", 8008, 3, 4),
            b"JOINED_CHATROOM: room1\nSERVER_IP: 127.0.0.1\nPORT: 8008\nROOM_REF: 3\nJOIN_ID: 4\n",
        ),
        (left(3, 4), b"LEFT_CHATROOM: 3\nJOIN_ID: 4\n"),
        (chat(3, "Zoë", "one\ntwo"), "CHAT: 3\nCLIENT_NAME: Zoë\nMESSAGE: one\ntwo\n\n".encode()),
        (error(2, "there is no room 3"), b"ERROR_CODE: 2\nERROR_DESCRIPTION: there is no room 3\n"),
    ],
)
def test_answers_are_written_as_the_handout_has_them(answer, data):
    assert answer == data
