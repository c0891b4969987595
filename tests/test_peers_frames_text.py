"""How a transcript says objects and frames."""

from grader.peers.frames.text import told, told_all
from grader.wire import frames
from grader.wire.frames import frame

MESSAGE = {"type": "message", "id": 1, "name": "bob", "text": "hi", "time": "2026-11-21T09:30:00Z"}


def test_times_differ_from_run_to_run():
    assert told(MESSAGE) == '{"type": "message", "id": 1, "name": "bob", "text": "hi", "time": "..."}'


def test_of_a_history_the_number_is_enough():
    assert (
        told({"type": "reply", "messages": [MESSAGE, MESSAGE]}) == '{"type": "reply", "messages": ["... 2 messages"]}'
    )
    assert told({"type": "reply", "messages": []}) == '{"type": "reply", "messages": []}'


def test_long_texts_are_cut():
    text = f"{'x' * 55}... (4,000 characters)"
    assert told({"type": "say", "text": "x" * 4_000}) == f'{{"type": "say", "text": "{text}"}}'
    assert told({"type": "x", "users": ["alice"] * 20}).endswith("... (204 characters)")


def test_half_a_character_is_escaped():
    assert told({"text": "\ud83d"}) == '{"text": "\\ud83d"}'


def test_frames_are_objects():
    data = frames.packed(type="left", name="bob") + frames.packed(type="joined", name="rob")
    assert told_all(data) == ['{"type": "left", "name": "bob"}', '{"type": "joined", "name": "rob"}']


def test_what_is_no_object_is_bytes():
    assert told_all(frame(b"[]")) == ["b'[]'"]
    assert told_all(b"GET /") == ["b'GET /'"]
    assert told_all(b"GET / HTTP/1.1\r\n") == ["b'GET / HTTP/1.1\\r\\n'"]
