"""The lab's server of week 9: who is told what."""

import pytest

from grader.reference.frame_chat import ALWAYS, FrameChat
from grader.wire import frame_chat as wire
from grader.wire import frames
from grader.wire.frames import LONGEST_MESSAGE, Frames, frame

SAID = {"id": 7, "name": "zoe", "text": "before", "time": ALWAYS}


class Chat:
    """A server, and what everybody has been sent."""

    def __init__(self, **more):
        self.said = []
        self.server = FrameChat(lambda name, text: self.said.append((name, text)), **more)
        self.frames = {}
        self.ended = set()

    def tells(self, sender, /, **said):
        """Somebody sends an object: what everybody gets, as (name, object)."""
        return self.sends(sender, frames.packed(**said))

    def sends(self, name, data):
        """The same for any bytes."""
        return self.get(self.server.receives(name, data))

    def enters(self, *names):
        """These connect, and say hello: what they and others get."""
        came = []
        for name in names:
            self.server.opens(name)
            came += self.tells(name, type="hello", name=name)
        return came

    def get(self, deliveries):
        """Deliveries, as (name, object)."""
        came = []
        for to, data, ends in deliveries:
            self.ended |= {to} if ends else set()
            came += [(to, wire.unpack(payload)) for payload in self.frames.setdefault(to, Frames()).feed(data)]
        return came


def codes(came):
    """The codes of these errors, by who gets them."""
    return [(to, said["code"]) for to, said in came if said["type"] == "error"]


@pytest.fixture
def chat():
    """A server on which alice and bob are."""
    chat = Chat()
    chat.enters("alice", "bob")
    return chat


def test_who_comes_is_welcomed_and_told():
    chat = Chat(history=[SAID])
    welcome = {"type": "welcome", "name": "bob", "users": ["alice", "bob"], "history": [SAID]}
    chat.enters("alice")
    assert chat.enters("bob") == [("bob", welcome), ("alice", {"type": "joined", "name": "bob"})]
    assert chat.said == [("alice", "is here"), ("bob", "is here")]


def test_what_is_said_gets_to_the_others():
    chat = Chat(history=[SAID])
    chat.enters("alice", "bob")
    message = {"type": "message", "id": 8, "name": "alice", "text": "hi", "time": ALWAYS}
    assert chat.tells("alice", type="say", text="hi") == [("bob", message)]
    assert chat.said[-1] == ("alice", "hi")


def test_a_frame_may_come_byte_by_byte(chat):
    data = frames.packed(type="say", text="na\u00efve")
    came = [said for place in range(len(data)) for said in chat.sends("alice", data[place : place + 1])]
    assert [said["text"] for _, said in came] == ["na\u00efve"]


def test_the_last_50_are_known(chat):
    for number in range(60):
        chat.tells("alice", type="say", text=f"number {number}")
    ((_, reply),) = chat.tells("bob", type="command", command="history")
    assert [said["text"] for said in reply["messages"]] == [f"number {number}" for number in range(10, 60)]


def test_a_history_fits_into_a_message(chat):
    for _ in range(50):
        chat.tells("alice", type="say", text="\x01" * 4_000)  # 24,000 bytes each, in JSON
    ((_, reply),) = chat.tells("bob", type="command", command="history")
    assert 30 < len(reply["messages"]) < 50
    assert len(frames.as_json(reply)) <= LONGEST_MESSAGE


def test_commands(chat):
    assert chat.tells("bob", type="command", command="who") == [
        ("bob", {"type": "reply", "command": "who", "users": ["alice", "bob"]})
    ]
    ((_, reply),) = chat.tells("bob", type="command", command="help")
    assert "nick" in reply["text"]


def test_a_change_of_name_is_told(chat):
    assert chat.tells("bob", type="command", command="nick", name="rob") == [
        ("bob", {"type": "reply", "command": "nick", "name": "rob"}),
        ("alice", {"type": "left", "name": "bob"}),
        ("alice", {"type": "joined", "name": "rob"}),
    ]
    assert codes(chat.tells("alice", type="command", command="nick", name="ROB")) == [("alice", 409)]
    assert chat.tells("bob", type="command", command="nick", name="Rob")[0][1]["name"] == "Rob"


def test_names_differ_in_more_than_case(chat):
    chat.server.opens("carol")
    for name, code in (("ALICE", 409), ("no name", 400)):
        assert codes(chat.tells("carol", type="hello", name=name)) == [("carol", code)]
    assert chat.tells("carol", type="hello", name="carol")[0][1]["type"] == "welcome"
    assert codes(chat.tells("carol", type="hello", name="dave")) == [("carol", 409)]


def test_hello_comes_first():
    chat = Chat()
    chat.server.opens("alice")
    for said in ({"type": "say", "text": "hi"}, {"type": "command", "command": "kick"}, {}):
        assert codes(chat.tells("alice", **said)) == [("alice", 401)]
    assert chat.ended == set()


def test_bye_ends_it(chat):
    data = frames.packed(type="bye") + frames.packed(type="say", text="too late")
    assert chat.sends("bob", data) == [("alice", {"type": "left", "name": "bob"})]
    assert chat.ended == {"bob"}
    assert chat.sends("bob", data) == []


def test_a_lost_connection_is_told(chat):
    assert chat.get(chat.server.ends("bob")) == [("alice", {"type": "left", "name": "bob"})]
    assert chat.get(chat.server.ends("bob")) == []
    assert chat.server.names() == ["alice"]


def test_a_broken_frame_ends_it(chat):
    came = chat.sends("bob", frames.packed(type="say", text="hi") + frame(b"{}", magic=b"XX"))
    assert [said["type"] for _, said in came] == ["message", "error", "left"]
    assert codes(came) == [("bob", 400)]
    assert chat.ended == {"bob"}


def test_an_object_that_is_none_does_not(chat):
    for payload in (b"[]", b"\xff", b"{"):
        assert codes(chat.sends("bob", frame(payload))) == [("bob", 400)]
    assert chat.ended == set()
