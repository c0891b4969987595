"""HTTP as a transcript shows it: one line for a request, one for an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

LONGEST = 160  # characters of a body, of a header, of a target
LOOKED_AT = 16 * LONGEST  # bytes of a body: to read megabytes as text takes seconds
MOST_HEADERS = 8  # nobody reads more of them
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")  # differs from run to run
USUAL = {
    *("host", "user-agent", "accept", "accept-encoding", "connection", "content-length"),
    *("date", "server", "transfer-encoding", "keep-alive", "vary", "cache-control"),
}


def request_line(method: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> str:
    """A request: `POST /messages  Idempotency-Key: 7  {"name": ...}`."""
    return "  ".join([_cut(f"{method} {target}"), *_unusual(headers), *_body(body)])


def answer_line(status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> str:
    """An answer: `201 Created  Location: /messages/1  {"id": 1, ...}`."""
    headers = list(headers)
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
    other = [_cut(kind)] if kind and body and kind.partition(";")[0].strip().lower() != "application/json" else []
    return "  ".join([status_line(status), *other, *_unusual(headers), *_body(body)])


def status_line(status: int) -> str:
    """`404 Not Found`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def shown(body: bytes) -> str:
    """A body as one line, cut; times, which differ from run to run, are called TIME."""
    text = TIME.sub("TIME", body[:LOOKED_AT].decode("utf-8", "backslashreplace"))
    text = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text[: 4 * LONGEST])
    fits = len(text) <= LONGEST and len(body) <= LOOKED_AT
    return text if fits else f"{text[: LONGEST - 20]}... ({len(body):,} bytes)"


def _body(body: bytes) -> list[str]:
    return [shown(body)] if body else []


def _unusual(headers: Iterable[tuple[str, str]]) -> list[str]:
    found = [_cut(f"{name}: {value}") for name, value in headers if name.lower() not in USUAL]
    more = [f"... (and {len(found) - MOST_HEADERS:,} more)"] if found[MOST_HEADERS:] else []
    return found[:MOST_HEADERS] + more


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 20]}... ({len(text):,} characters)"
