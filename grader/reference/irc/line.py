"""A line that one or many are told: encoded once for each set of capabilities that makes a difference."""

from __future__ import annotations

from datetime import UTC, datetime

from grader.reference.irc.capabilities import ACCOUNT_TAG, EXTENDED_JOIN, MESSAGE_TAGS, SERVER_TIME, VARIANTS
from grader.wire.irc import LONGEST

ROOM = LONGEST - len(b"\r\n")


def moment(at: float) -> str:
    """A time, in seconds since the epoch, as server-time has it: `2026-01-31T23:59:59.123Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cut(text: str, size: int) -> str:
    """The beginning of a text that has so many bytes at most, and no half character."""
    data = text.encode()
    return text if len(data) <= size else data[:size].decode(errors="ignore")


class Line:
    """A line without its end and its tags.

    at           seconds since the epoch
    account      of whom it comes from; nothing without one
    client_tags  as they go over the wire
    extended     the line for who has extended-join, where it is another
    """

    __slots__ = ("_text", "_at", "_account", "_client_tags", "_extended", "_encoded")

    def __init__(self, text: str, at: float, *, account: str = "", client_tags: str = "", extended: str = ""):
        self._text, self._at = text, at
        self._account, self._client_tags, self._extended = account, client_tags, extended
        self._encoded: dict[int, bytes] = {}

    def encoded(self, capabilities: int) -> bytes:
        """Its bytes for a client with these capabilities."""
        variant = capabilities & VARIANTS
        data = self._encoded.get(variant)
        if data is None:
            data = self._encoded[variant] = self._encode(variant)
        return data

    def _encode(self, variant: int) -> bytes:
        text = self._extended if self._extended and variant & EXTENDED_JOIN else self._text
        data = text.encode()
        if len(data) > ROOM:
            data = cut(text, ROOM).encode()
        tags = self._tags(variant) if variant else ""
        return f"@{tags} ".encode() + data + b"\r\n" if tags else data + b"\r\n"

    def _tags(self, variant: int) -> str:
        tags = []
        if variant & SERVER_TIME:
            tags.append(f"time={moment(self._at)}")
        if variant & ACCOUNT_TAG and self._account:
            tags.append(f"account={self._account}")
        if variant & MESSAGE_TAGS and self._client_tags:
            tags.append(self._client_tags)
        return ";".join(tags)
