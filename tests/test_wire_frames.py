"""Frames: what is written is read again, however it is cut, and what is none is said."""

import struct
import zlib

import pytest

from grader.wire import frames
from grader.wire.frames import HEADER, LONGEST_CHUNK, LONGEST_MESSAGE, Broken, Frames, chunks, frame, message

HELLO = b'{"type": "hello", "name": "alice"}'
STREAM = message(b"one") + chunks([b"t", b"", b"wo"]) + message(b"") + message(b"x" * 300)
MESSAGES = [b"one", b"two", b"", b"x" * 300]


def broken(data):
    """The code and the text of the Broken that this raises."""
    with pytest.raises(Broken) as raised:
        list(Frames().feed(data))
    return raised.value.code, raised.value.text


def test_a_frame_is_twelve_bytes_and_a_payload():
    assert frame(HELLO) == struct.pack("!2sBBII", b"CR", 1, 0, len(HELLO), zlib.crc32(HELLO)) + HELLO
    assert HEADER.size == 12


def test_all_at_once():
    assert list(Frames().feed(STREAM)) == MESSAGES


def test_byte_by_byte():
    parser = Frames()
    assert [found for place in range(len(STREAM)) for found in parser.feed(STREAM[place : place + 1])] == MESSAGES
    assert parser.is_between


@pytest.mark.parametrize("place", range(1, len(STREAM)))
def test_cut_at_every_place(place):
    parser = Frames()
    assert [*parser.feed(STREAM[:place]), *parser.feed(STREAM[place:])] == MESSAGES


@pytest.mark.parametrize("size", [0, 1, LONGEST_CHUNK, LONGEST_CHUNK + 1, LONGEST_MESSAGE])
def test_a_message_is_in_as_few_frames_as_it_takes(size):
    data = message(b"x" * size)
    assert len(data) == size + max(1, -(-size // LONGEST_CHUNK)) * HEADER.size
    assert list(Frames().feed(data)) == [b"x" * size]


def test_other_flags_mean_nothing():
    assert list(Frames().feed(frame(b"on", flags=0xFF) + frame(b"e", flags=0xFE))) == [b"one"]


def test_what_comes_before_a_broken_frame_counts():
    parser, found = Frames(), []
    with pytest.raises(Broken):
        found.extend(parser.feed(b""))
        for each in parser.feed(message(b"one") + frame(b"two", magic=b"XX")):
            found.append(each)
    assert found == [b"one"]


def test_another_magic():
    assert broken(frame(HELLO, magic=b"GE")) == (400, "a frame begins with b'CR', not with b'GE'")


def test_another_version():
    assert broken(frame(HELLO, version=2)) == (400, "the version is 1, not 2")


def test_a_length_that_is_too_long_is_said_before_the_payload():
    assert broken(frame(b"", length=65_537)) == (413, "a payload has at most 65,536 bytes, not 65,537")
    why = "a payload has at most 65,536 bytes, not 117,440,512: are these four bytes in network byte order?"
    assert broken(frame(b"", length=7 << 24)) == (413, why)


def test_a_wrong_checksum():
    text = f"the checksum of the payload is {zlib.crc32(b'x'):#010x}, not 0x12345678"
    assert broken(frame(b"x", checksum=0x12345678)) == (400, text)


def test_a_message_that_is_too_long_is_said_when_its_last_length_is_known():
    most = message(b"x" * LONGEST_MESSAGE)[:-1]  # but for its last byte
    assert list(Frames().feed(most)) == []
    parts = chunks([b"x" * LONGEST_CHUNK] * 16 + [b"x"])
    assert broken(parts[:-1]) == (413, "a message has at most 1,048,576 bytes")


def test_10_000_empty_chunks_cost_nothing():
    parser = Frames()
    assert list(parser.feed(chunks([b""] * 10_000 + [b"x"]))) == [b"x"]
    assert list(parser.feed(frame(b"", flags=frames.MORE) * 10_000)) == []
    assert parser._parts == []


def test_half_a_message_is_known_as_such():
    for half in (b"C", frame(b"x")[:-1], frame(b"x", flags=frames.MORE)):
        parser = Frames()
        assert list(parser.feed(half)) == []
        assert not parser.is_between
