"""Frames, without input and output: messages become frames, and the pieces of a stream become messages again."""

from collections.abc import Iterator

LONGEST_PAYLOAD = 65_536  # bytes in one frame
LONGEST_MESSAGE = 1024 * 1024  # bytes in all frames of a message

# TODO 1: make frames of messages, and messages of the pieces of a stream; refuse what is broken.


class Broken(Exception):
    """A stream that is of no use any more; it is made with a code, and a sentence for the other side."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def framed(message: bytes) -> bytes:
    """The frames of a message: one, or as many as it needs."""
    return b""


def frame(payload: bytes, flags: int = 0) -> bytes:
    """One frame."""
    return b""


class Frames:
    """One direction of a stream: TCP promises the bytes, in order, but not in which pieces they come."""

    def receive(self, data: bytes) -> Iterator[bytes]:
        """Yields the messages that end in this piece; raises Broken after those that came before the bad frame."""
        yield from ()
