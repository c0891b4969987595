"""The protocol of week 7, without input and output: bytes of a client go in, lines for clients come out.

The steps are those of the TODOs in server.py. Nothing is used before you use it: `from protocol import Conversation`.
Have it otherwise if you like: only the three programs are graded.
"""


class Lines:
    """Step 2: cuts a stream into lines."""

    def __init__(self, longest: int) -> None:
        """A line has at most so many bytes, with its end."""

    def cut(self, data: bytes) -> list[bytes | None]:
        """The lines that end in this piece, without their ends; None, once, for one that is too long."""
        return []


class Conversation:
    """Step 3: what the server makes of the bytes of one client."""

    def receive(self, data: bytes) -> list:
        """Which lines are to be delivered, and to whom, after a piece of the stream has come."""
        return []

    def end(self) -> list:
        """Step 4: the same, when the connection has ended."""
        return []
