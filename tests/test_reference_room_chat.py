"""The chat-room server of week 5, without sockets."""

import pytest

from grader.reference import room_chat
from grader.reference.room_chat import MAX_NAME, RoomChat
from grader.wire.streams import Delivery

KILL = b"KILL_SERVICE\n"


@pytest.fixture
def heard():
    """What was said, joining and leaving included."""
    return []


@pytest.fixture
def chat(heard):
    """A chat with the connections of alice, bob and carol."""
    chat = RoomChat(lambda name, text: heard.append((name, text)), port=8008, student_id="17")
    for name in ("alice", "bob", "carol"):
        chat.opens(name)
    return chat


def join(room, name):
    return f"JOIN_CHATROOM: {room}\nCLIENT_IP: 0\nPORT: 0\nCLIENT_NAME: {name}\n".encode()


def say(ref, text, join_id=1):
    return f"CHAT: {ref}\nJOIN_ID: {join_id}\nCLIENT_NAME: x\nMESSAGE: {text}\n\n".encode()


def leave(ref):
    return f"LEAVE_CHATROOM: {ref}\nJOIN_ID: 1\nCLIENT_NAME: alice\n".encode()


def message(to, ref, name, text):
    return Delivery(to, f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n".encode())


def joined(to, room, ref, join_id):
    place = "SERVER_IP: 127.0.0.1\nPORT: 8008\n"
    return Delivery(to, f"JOINED_CHATROOM: {room}\n{place}ROOM_REF: {ref}\nJOIN_ID: {join_id}\n".encode())


def error(to, code, text, ends=False):
    return Delivery(to, f"ERROR_CODE: {code}\nERROR_DESCRIPTION: {text}\n".encode(), ends)


def together(chat, room, *names):
    """These join a room."""
    for name in names:
        chat.receives(name, join(room, name))


def test_hello_is_answered(chat):
    answer = b"HELO there\nIP:127.0.0.1\nPort:8008\nStudentID:17\n"
    assert chat.receives("alice", b"HELO there\n") == [Delivery("alice", answer)]


def test_who_joins_is_told_so_and_then_all_members_are(chat):
    left = message("alice", 1, "bob", "bob has joined this chatroom.")
    together(chat, "den", "alice")
    assert chat.receives("bob", join("den", "bob")) == [joined("bob", "den", 1, 2), left, left._replace(to="bob")]


def test_who_joins_twice_is_a_member_once(chat):
    together(chat, "den", "alice")
    assert chat.receives("alice", join("den", "alice")) == [joined("alice", "den", 1, 1)]
    assert chat.receives("alice", say(1, "hello")) == [message("alice", 1, "alice", "hello")]


def test_a_message_goes_to_the_members_of_its_room(chat):
    together(chat, "den", "alice", "bob")
    together(chat, "attic", "bob", "carol")
    assert chat.receives("alice", say(1, "a: b\nc")) == [message(to, 1, "alice", "a: b\nc") for to in ("alice", "bob")]


def test_requests_may_be_cut_anywhere(chat):
    data = join("den", "alice") + say(1, "hello") + leave(1)
    whole = chat.receives("alice", data)
    pieces = [chat.receives("alice", data[place : place + 1]) for place in range(len(data))]
    assert [delivery for piece in pieces for delivery in piece] == whole


def test_who_leaves_is_told_so_and_then_those_who_stay_are(chat):
    together(chat, "den", "alice", "bob")
    left = Delivery("alice", b"LEFT_CHATROOM: 1\nJOIN_ID: 1\n")
    assert chat.receives("alice", leave(1)) == [left, message("bob", 1, "alice", "alice has left this chatroom.")]
    assert chat.receives("alice", leave(1)) == [left]


def test_a_room_keeps_its_ref(chat):
    together(chat, "den", "alice")
    chat.receives("alice", leave(1))
    together(chat, "attic", "bob")
    assert chat.receives("alice", join("den", "alice"))[0] == joined("alice", "den", 1, 1)


def test_who_disconnects_leaves_all_rooms(chat):
    together(chat, "den", "alice", "bob")
    together(chat, "attic", "alice", "carol")
    goodbye = "alice has left this chatroom."
    assert chat.receives("alice", b"DISCONNECT: 0\nPORT: 0\nCLIENT_NAME: alice\nHELO there\n") == [
        message("bob", 1, "alice", goodbye),
        message("carol", 2, "alice", goodbye),
        Delivery("alice", b"", ends=True),
    ]


def test_a_lost_connection_leaves_all_rooms(chat):
    together(chat, "den", "alice", "bob")
    assert chat.ends("alice") == [message("bob", 1, "alice", "alice has left this chatroom.")]
    assert chat.ends("alice") == []


@pytest.mark.parametrize(
    ("data", "code", "text"),
    [
        (b"WHAT: 1\n", 1, "there is no message WHAT: 1"),
        (say(7, "hello"), 2, "there is no room 7"),
        (say("one", "hello"), 2, "there is no room one"),
        (say("9" * 5000, "hello"), 2, f"there is no room {'9' * 40}"),
        (leave("\u0661"), 2, "there is no room \u0661"),
        (say(1, "hello"), 3, "you are not in room 1"),
        (join("", "bob"), 4, "JOIN_CHATROOM needs the line JOIN_CHATROOM: with a value"),
        (join("x" * (MAX_NAME + 1), "bob"), 4, "a name has at most 200 characters"),
        (KILL, 6, "this service is for everybody: it goes on"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(chat, data, code, text):
    together(chat, "den", "alice")
    assert chat.receives("bob", data) == [error("bob", code, text)]


def test_a_request_without_end_ends_the_connection(chat):
    together(chat, "den", "alice", "bob")
    assert chat.receives("alice", b"x" * 70_000) == [
        message("bob", 1, "alice", "alice has left this chatroom."),
        error("alice", 5, "a request has at most 65,536 bytes", ends=True),
    ]


def test_a_server_may_let_itself_be_killed():
    chat = RoomChat(may_be_killed=True)
    chat.opens("alice")
    assert (chat.receives("alice", KILL), chat.is_killed) == ([], True)


def test_rooms_are_bounded(chat, monkeypatch):
    monkeypatch.setattr(room_chat, "MAX_ROOMS", 2)
    together(chat, "den", "alice")
    together(chat, "attic", "alice")
    assert chat.receives("bob", join("cellar", "bob")) == [error("bob", 2, "there are 2 rooms, and no place for more")]


def test_rooms_of_a_client_are_bounded(chat, monkeypatch):
    monkeypatch.setattr(room_chat, "MAX_ROOMS_OF_CLIENT", 1)
    together(chat, "den", "alice")
    refusal = error("alice", 4, "you cannot be in more rooms than 1")
    assert chat.receives("alice", join("attic", "alice")) == [refusal]


def test_somebody_who_is_no_client_can_say_something(chat):
    together(chat, "den", "alice")
    assert chat.say("web", "hello", room="den") == [message("alice", 1, "web", "hello")]


def test_all_that_is_said_is_told(chat, heard):
    together(chat, "den", "alice")
    chat.receives("alice", say(1, "hello"))
    chat.ends("alice")
    assert heard == [
        ("alice", "alice has joined this chatroom."),
        ("alice", "hello"),
        ("alice", "alice has left this chatroom."),
    ]
