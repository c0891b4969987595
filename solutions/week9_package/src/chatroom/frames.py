"""Frames, without input and output: messages become frames, and the pieces of a stream become messages again."""

import struct
import zlib
from collections.abc import Iterator

HEADER = struct.Struct("!2sBBII")  # magic, version, flags, length, checksum; "!" means in network byte order, no gaps
MAGIC = b"CR"
VERSION = 1
MORE = 1  # the flag that says: the message goes on in the next frame
LONGEST_PAYLOAD = 65_536  # bytes in one frame
LONGEST_MESSAGE = 1024 * 1024  # bytes in all frames of a message


class Broken(Exception):
    """A stream that is of no use any more; it is made with a code, and a sentence for the other side."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def framed(message: bytes) -> bytes:
    """The frames of a message: as few as can be, and one even if there is nothing in it."""
    pieces = [message[at : at + LONGEST_PAYLOAD] for at in range(0, len(message), LONGEST_PAYLOAD)] or [b""]
    flags = [MORE] * (len(pieces) - 1) + [0]
    return b"".join(map(frame, pieces, flags))


def frame(payload: bytes, flags: int = 0) -> bytes:
    """One frame."""
    return HEADER.pack(MAGIC, VERSION, flags, len(payload), zlib.crc32(payload)) + payload


class Frames:
    """One direction of a stream: TCP promises the bytes, in order, but not in which pieces they come."""

    def __init__(self) -> None:
        self.begun = bytearray()  # of a frame that is not whole
        self.chunks = bytearray()  # of a message that is not whole

    def receive(self, data: bytes) -> Iterator[bytes]:
        """Yields the messages that end in this piece; raises Broken when those before the bad frame have been yielded.

        It is a generator: nothing is received before somebody asks for the messages.
        """
        self.begun += data
        while len(self.begun) >= HEADER.size:
            flags, length, checksum = self.checked_header()
            end = HEADER.size + length
            if len(self.begun) < end:
                return
            payload = self.begun[HEADER.size : end]
            del self.begun[:end]  # a bytearray gives its first bytes away without moving the others
            if zlib.crc32(payload) != checksum:
                raise Broken(400, "the checksum is not that of the payload")
            self.chunks += payload
            if not flags & MORE:
                yield bytes(self.chunks)
                self.chunks.clear()

    def checked_header(self) -> tuple[int, int, int]:
        """Flags, length and checksum of the next frame. What is wrong is said before the payload has come."""
        magic, version, flags, length, checksum = HEADER.unpack_from(self.begun)
        if magic != MAGIC:
            raise Broken(400, f"a frame begins with {MAGIC!r}, not with {magic!r}")
        if version != VERSION:
            raise Broken(400, f"only version {VERSION} is spoken here, not {version}")
        if length > LONGEST_PAYLOAD:  # a length may lie: never wait for that much, and never make room for it
            raise Broken(413, f"a frame has at most {LONGEST_PAYLOAD:,} bytes of payload, not {length:,}")
        if len(self.chunks) + length > LONGEST_MESSAGE:
            raise Broken(413, f"a message has at most {LONGEST_MESSAGE:,} bytes")
        return flags, length, checksum


if __name__ == "__main__":
    stream = framed(b'{"type": "bye"}')
    print(stream.hex(" "))
    frames = Frames()
    for byte in stream:
        for message in frames.receive(bytes([byte])):
            print(message)
