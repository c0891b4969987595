"""The rules of the server, without a network: what each one says, and who is told."""

import json

import pytest
from chatroom.room import Room, Visitor


class Memory:
    """A history that is a list."""

    def __init__(self) -> None:
        self.messages = []

    def add(self, name, text):
        self.messages.append({"id": len(self.messages) + 1, "name": name, "text": text, "time": "now"})
        return self.messages[-1]

    def last(self, count):
        return self.messages[-count:]


class Party:
    """A room, and visitors by name."""

    def __init__(self, *names: str) -> None:
        self.room, self.visitors = Room(Memory()), {}
        for name in names:
            self.says(name, type="hello", name=name)

    def says(self, who, **message):
        """Who is told what: pairs of a name and an object."""
        return self.sends(who, json.dumps(message).encode())

    def sends(self, who, payload):
        visitor = self.visitors.setdefault(who, Visitor())
        deliveries = self.room.receive(visitor, payload)
        names = {visitor: name for name, visitor in self.visitors.items()}
        return [(names[receiver], message) for receivers, message in deliveries for receiver in receivers]


def test_a_message_goes_to_everybody_else():
    told = Party("alice", "bob", "carol").says("alice", type="say", text="hi")
    message = {"type": "message", "id": 1, "name": "alice", "text": "hi", "time": "now"}
    assert told == [("bob", message), ("carol", message)]


def test_whoever_comes_is_told_who_is_here_and_what_was_said():
    party = Party("bob")
    party.says("bob", type="say", text="hi")
    (welcome, joined) = party.says("alice", type="hello", name="alice")
    assert welcome[1]["users"] == ["alice", "bob"]
    assert [message["text"] for message in welcome[1]["history"]] == ["hi"]
    assert joined == ("bob", {"type": "joined", "name": "alice"})


def test_a_new_name_is_a_coming_and_a_going_for_the_others():
    told = Party("alice", "bob").says("bob", type="command", command="nick", name="rob")
    assert told[1:] == [("alice", {"type": "left", "name": "bob"}), ("alice", {"type": "joined", "name": "rob"})]


def test_who_has_left_is_not_told_of_again():
    party = Party("alice", "bob")
    assert party.says("bob", type="bye") == [("alice", {"type": "left", "name": "bob"})]
    assert party.room.leave(party.visitors["bob"]) == []


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({}, 400),
        ({"type": []}, 400),
        ({"type": "say", "text": 5}, 400),
        ({"type": "say", "text": " \n"}, 400),
        ({"type": "say", "text": "\ud800"}, 400),
        ({"type": "say", "text": "x" * 4001}, 413),
        ({"type": "hello", "name": "carol"}, 409),
        ({"type": "command", "command": "dance"}, 404),
        ({"type": "command", "command": "nick", "name": "ALICE"}, 409),
        ({"type": "command", "command": "nick", "name": "a b"}, 400),
    ],
)
def test_what_is_wrong_is_told_to_the_sender_alone(message, code):
    [(receiver, error)] = Party("alice", "bob").says("bob", **message)
    assert (receiver, error["type"], error["code"]) == ("bob", "error", code)


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b"[" * 60_000, b"9" * 10_000])
def test_what_is_no_object_is_refused(payload):
    [(_, error)] = Party("bob").sends("bob", payload)
    assert error["code"] == 400


def test_a_stranger_must_say_hello():
    [(_, error)] = Party().says("bob", type="bye")
    assert error["code"] == 401
