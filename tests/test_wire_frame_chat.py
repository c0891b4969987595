"""The objects of week 9: what is one, what is none, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from grader.wire import frame_chat as wire
from grader.wire import frames
from grader.wire.frame_chat import Bye, Hello, Help, History, Malformed, Nick, Say, Who
from grader.wire.frames import Frames

MESSAGE = {"id": 1, "name": "bob", "text": "hi", "time": "2026-11-21T09:30:00Z"}
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def request(**said):
    """What a client's object asks for."""
    return wire.read(wire.kind(said), said)


def malformed(conversation, *arguments, **more):
    """The code and the text of the Malformed that this raises."""
    with pytest.raises(Malformed) as raised:
        conversation(*arguments, **more)
    return raised.value.code, raised.value.text


def test_what_is_packed_is_unpacked():
    said = {"type": "say", "text": 'na\u00efve "caf\u00e9" \U0001f600\n'}
    (payload,) = Frames().feed(frames.packed(**said))
    assert wire.unpack(payload) == said


def test_half_a_character_can_be_packed():
    assert wire.unpack(frames.as_json({"text": "\ud83d"})) == {"text": "\ud83d"}


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"\xff{}", "a message is JSON in UTF-8, and this is not UTF-8"),
        (b"{", "a message is JSON, and this is not"),
        (b"", "a message is JSON, and this is not"),
        (b"[" * 100_000, "a message is JSON, and this is not"),
        (b"[]", "a message is a JSON object, in braces"),
        (b"null", "a message is a JSON object, in braces"),
    ],
)
def test_what_is_no_object(payload, text):
    assert malformed(wire.unpack, payload) == (400, text)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"type": "hello", "name": "alice", "new": 1}, Hello("alice")),
        ({"type": "say", "text": " hi "}, Say(" hi ")),
        ({"type": "say", "text": "x" * 4_000}, Say("x" * 4_000)),
        ({"type": "bye"}, Bye()),
        ({"type": "command", "command": "who"}, Who()),
        ({"type": "command", "command": "history"}, History()),
        ({"type": "command", "command": "help"}, Help()),
        ({"type": "command", "command": "nick", "name": "a-b_9"}, Nick("a-b_9")),
    ],
)
def test_what_a_client_asks_for(said, wanted):
    assert request(**said) == wanted


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, 400),
        ({"type": 7}, 400),
        ({"type": "shout"}, 400),
        ({"type": "command"}, 400),
        ({"type": "command", "command": ["who"]}, 400),
        ({"type": "command", "command": "kick"}, 404),
        ({"type": "hello"}, 400),
        ({"type": "hello", "name": "a" * 21}, 400),
        ({"type": "hello", "name": "alice\n"}, 400),
        ({"type": "command", "command": "nick", "name": 7}, 400),
        ({"type": "say"}, 400),
        ({"type": "say", "text": " \t\n"}, 400),
        ({"type": "say", "text": "x" * 4_001}, 413),
    ],
)
def test_what_a_client_must_not_ask(said, code):
    assert malformed(request, **said)[0] == code


@pytest.mark.parametrize(
    "said",
    [
        {"type": "welcome", "name": "alice", "users": ["alice"], "history": [MESSAGE]},
        {"type": "message", **MESSAGE},
        {"type": "joined", "name": "bob"},
        {"type": "left", "name": "bob", "why": "timeout"},
        {"type": "reply", "command": "who", "users": []},
        {"type": "reply", "command": "history", "messages": []},
        {"type": "reply", "command": "help", "text": "..."},
        {"type": "reply", "command": "nick", "name": "bob"},
        {"type": "error", "code": 404, "text": "..."},
    ],
)
def test_what_a_server_may_say(said):
    assert wire.fault(said) == ""


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"users": []}, 'it has no "type"'),
        ({"type": "hi"}, 'its "type" is none that a server says'),
        ({"type": "welcome", "name": "alice", "users": "alice", "history": []}, 'its "users" is not a list of strings'),
        ({"type": "joined"}, 'it has no "name"'),
        ({"type": "message", **MESSAGE, "id": "1"}, 'its "id" is not an integer'),
        ({"type": "message", **MESSAGE, "id": True}, 'its "id" is not an integer'),
        ({"type": "error", "code": "404", "text": ""}, 'its "code" is not an integer'),
        ({"type": "reply", "command": "who"}, 'it has no "users"'),
        (
            {"type": "reply", "command": "history", "messages": [{"id": 1}]},
            'its "messages" is not a list of objects, each with "id", "name", "text" and "time"',
        ),
    ],
)
def test_what_is_wrong_with_what_a_server_says(said, fault):
    assert wire.fault(said) == fault


@pytest.mark.parametrize(
    ("time", "fault"),
    [
        ("2026-11-21T09:30:00Z", ""),
        ("2026-11-21T09:30:00.123456+00:00", ""),
        ("2026-11-21 09:31:00+00:00", ""),
        ("2026-11-21T09:30:00", 'it has neither "Z" nor "+00:00" at its end'),
        ("2026-11-21T10:30:00+01:00", "it is not in UTC"),
        ("2026-11-21T10:30:00Z", "that is not now, but +1 hours: is it the local time?"),
        ("2026-11-21T03:59:00Z", "that is not now, but -5.5 hours: is it the local time?"),
        ("2026-11-20T10:30:00Z", "that is not now"),
        ("half past nine", "it is no time of ISO 8601"),
    ],
)
def test_times(time, fault):
    assert wire.fault_of_time(time, NOW, timedelta(minutes=10)) == fault


def test_now_is_a_time():
    assert wire.fault_of_time(wire.now(), datetime.now(UTC), timedelta(minutes=1)) == ""
