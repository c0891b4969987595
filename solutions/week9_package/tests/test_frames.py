"""The codec: every stream whole, byte by byte, and cut in two at every place."""

import pytest
from chatroom.frames import LONGEST_MESSAGE, LONGEST_PAYLOAD, Broken, Frames, frame, framed

BYE = b'{"type": "bye"}'


def pieces(stream: bytes) -> list[list[bytes]]:
    cuts = [[stream[:place], stream[place:]] for place in range(1, len(stream))]
    return [[stream], [bytes([byte]) for byte in stream], *cuts]


def received(stream: list[bytes]) -> list[bytes]:
    frames = Frames()
    return [message for piece in stream for message in frames.receive(piece)]


def test_the_worked_example_of_the_handout():
    assert framed(BYE).hex(" ", -4) == "43520100 0000000f 263f0210 7b227479 7065223a 20226279 65227d"


@pytest.mark.parametrize("messages", [[BYE], [b""], [b"one", b"two", b""]])
def test_messages_come_out_as_they_went_in(messages):
    for stream in pieces(b"".join(map(framed, messages))):
        assert received(stream) == messages


def test_chunks_make_one_message():
    for stream in pieces(frame(b'{"type"', 1) + frame(b"", 1) + frame(b': "bye"}')):
        assert received(stream) == [b'{"type": "bye"}']


def test_a_long_message_is_cut_into_frames():
    message = bytes(range(256)) * 1024
    assert framed(message).count(b"CR\x01") == len(message) // LONGEST_PAYLOAD
    assert received([framed(message)]) == [message]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (b"XX" + framed(BYE)[2:], 400),
        (framed(BYE).replace(b"CR\x01", b"CR\x02"), 400),
        (framed(BYE)[:-1] + b"!", 400),
        (framed(BYE)[:4] + b"\x00\x01\x00\x01" + b"four", 413),
        (frame(bytes(LONGEST_PAYLOAD), 1) * (LONGEST_MESSAGE // LONGEST_PAYLOAD) + frame(b"x")[:12], 413),
    ],
    ids=["magic", "version", "checksum", "length", "message"],
)
def test_a_broken_frame_is_refused_after_the_messages_before_it(stream, code):
    frames, messages = Frames(), []
    with pytest.raises(Broken) as refused:
        messages.extend(frames.receive(framed(BYE) + stream))
    assert refused.value.code == code
    assert messages == [BYE]
