"""The rules of the server, without a network: what each one says, and who is told. Add your own."""

import json

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


def payload(**message):
    return json.dumps(message).encode()


def test_a_message_goes_to_everybody_else():
    room, alice, bob = Room(Memory()), Visitor(), Visitor()
    room.receive(alice, payload(type="hello", name="alice"))
    room.receive(bob, payload(type="hello", name="bob"))
    message = {"type": "message", "id": 1, "name": "alice", "text": "hi", "time": "now"}
    assert room.receive(alice, payload(type="say", text="hi")) == [([bob], message)]
