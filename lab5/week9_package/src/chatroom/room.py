"""The rules of the server, without input and output: what one says comes in, who is to be told what goes out."""

from typing import Protocol

from .messages import Message


class History(Protocol):
    """What keeps the messages. Here it is anything with these two methods: a database, or a list in a test."""

    def add(self, name: str, text: str) -> Message:
        """Keeps a message; returns it with its id and the time."""

    def last(self, count: int) -> list[Message]:
        """The newest messages, oldest first."""


class Visitor:
    """Somebody who is connected."""

    def __init__(self) -> None:
        self.name = ""  # until hello
        self.gone = False  # after bye, or when the connection has ended


Deliveries = list[tuple[list[Visitor], Message]]  # who gets what, in this order


class Room:
    """Everybody who is in, and what each message does."""

    def __init__(self, history: History) -> None:
        self.history = history

    def receive(self, visitor: Visitor, payload: bytes) -> Deliveries:
        """Obeys a message, or says why not."""
        # TODO 3: hello and say; the errors 400, 401, 409 and 413.
        # TODO 4: commands and bye.
        return []

    def leave(self, visitor: Visitor) -> Deliveries:
        """A connection has ended, or will: the others are told. Nothing happens if they know already."""
        return []
