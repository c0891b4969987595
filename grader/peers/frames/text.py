"""How a transcript says what is in frames."""

from __future__ import annotations

import json
from collections.abc import Mapping

from grader.wire import frame_chat as wire
from grader.wire.frames import Broken, Frames
from grader.wording import count, shown

LONG = 110  # characters of an object in a transcript
LISTS = ("history", "messages")  # of messages: how many there are is enough


def told(said: Mapping[str, object]) -> str:
    """An object on one line; without what differs from run to run, and without the messages of a history."""
    fields = {key: _brief(key, value) for key, value in said.items()}
    text = json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONG else f"{text[: LONG - 10]}... ({count(len(text), 'character')})"


def told_all(data: bytes) -> list[str]:
    """The objects in these bytes, each on one line; what is no object, or no frame, as bytes."""
    lines, frames = [], Frames()
    try:
        lines = [_told_payload(payload) for payload in frames.feed(data)]
    except Broken:
        return [shown(data)]
    return lines if frames.is_between else [*lines, shown(data)]


def _told_payload(payload: bytes) -> str:
    try:
        return told(wire.unpack(payload))
    except wire.Malformed:
        return shown(payload)


def _brief(key: str, value: object) -> object:
    if key == "time":
        return "..."
    if key in LISTS and isinstance(value, list):
        return [f"... {count(len(value), 'message')}"] if value else []
    if isinstance(value, str) and len(value) > LONG // 2:
        return f"{value[: LONG // 2]}... ({count(len(value), 'character')})"
    return value
