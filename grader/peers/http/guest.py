"""A client of the HTTP server under test, with a name, and what she finds there."""

from __future__ import annotations

import json
import math
import socket
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from grader.check import Disturbed, Unmet
from grader.patience import TURN
from grader.peers.http.connection import Connection
from grader.wire.http_text import shown, status_line
from grader.wording import SHOWN, count

CLOCKS = timedelta(minutes=10)  # by which two of them may differ
SOON = 0.4  # of the patience with an answer: 4 seconds on an idle machine; 1, says the handout
SLOWER = 5  # times as long as another answer may one take that should come at once
EARLY = 0.1  # seconds by which a wait may end too early: two clocks
ENOUGH = 10.0  # seconds in which a server that has a message must have told it to those who wait


class Page(NamedTuple):
    """What GET /messages gives."""

    messages: list[dict]
    last: int
    seconds: float
    at_least: float

    @property
    def texts(self) -> list[str]:
        """What was said, in this order."""
        return [message["text"] for message in self.messages]


class Client(Connection):
    """alice, bob or carol.

    mark    a word at the end of what she says, which no program can know
    stored  since when a message is known to be stored, by its id; for all clients of a server
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], socket.socket],
        *,
        mark: str = "",
        stored: dict[int, float] | None = None,
        **more: object,
    ):
        super().__init__(name, connect, **more)
        self._mark = mark
        self._stored = {} if stored is None else stored
        self._wait = 0  # seconds that she has said she would wait

    def says(self, text: str, *, key: str = "", **more: object) -> dict:
        """Posts a message, which is stored: the message that comes back."""
        self.begins_to_say(text, key=key, **more)
        return self.has_said()

    def says_again(self, message: dict, key: str) -> dict:
        """Posts something else with a key that stands for this message already: the message that comes back."""
        self.begins_to_say(f"not {message['text']}", key=key)
        return _message(self.receives(201).object())

    def begins_to_say(self, text: str, *, key: str = "", name: str = "", **more: object) -> None:
        """Posts a message."""
        self._saying = {"name": name or self.name, "text": f"{text} {self._mark}".rstrip()}
        headers = [("Idempotency-Key", f"{key}-{self._mark}")] if key else []
        self.sends("POST", "/messages", content=self._saying, headers=headers, **more)

    def has_said(self) -> dict:
        """The message that she has posted is stored as it was: the message that comes back."""
        message = _message(self.receives(201).object())
        for field, value in self._saying.items():
            if message[field] != value:
                wanted = f"the message as posted, with the {field} {_short(value)}"
                raise Unmet(wanted, f"{_short(message[field])} came")
        self._stored[message["id"]] = time.monotonic()
        return message

    def reads(self, after: int, wait: int = 0, **more: object) -> Page:
        """Asks for the messages after this id, and gets them."""
        self.begins_to_read(after, wait, **more)
        return self.gets_page(after)

    def begins_to_read(self, after: int, wait: int = 0, **more: object) -> None:
        """Asks for the messages after this id."""
        self._wait = wait
        self.sends("GET", f"/messages?after={after}" + (f"&wait={wait}" if wait else ""), **more)

    def gets_page(self, after: int) -> Page:
        """Gets the messages that she has asked for."""
        response = self.receives(200)
        answer = response.object()
        messages, last = answer.get("messages"), answer.get("last")
        if not isinstance(messages, list) or not _is_number(last):
            raise Unmet('a JSON object {"messages": [...], "last": ID}', f"it is {shown(response.body)}")
        page = Page([_message(message) for message in messages], last, response.seconds, response.at_least)
        ids = [message["id"] for message in page.messages]
        if any(first >= second for first, second in zip([after, *ids], ids, strict=False)):
            came = shown(", ".join(map(str, ids)).encode())
            raise Unmet(f"messages with ids over {after} that grow", f"the ids are {came}")
        return page

    def gets(self, message: dict, *, since: int, soon: bool = False, **more: object) -> None:
        """What comes after this id, which she may have asked for already, is this message and no other.

        soon   whether it has to come long before the end of a wait
        """
        page = self.gets_page(since) if self.is_waiting else self.reads(since, **more)
        is_whole = self._wait > 0 and page.at_least >= self._wait - EARLY - TURN
        stored = self._stored.get(message["id"], -math.inf)
        time_left = self._sent_at + page.at_least - stored
        if self._wait > ENOUGH and stored > self._sent_at + self._wait - ENOUGH and not page.messages:
            raise Disturbed(f"this machine is so busy that {self.name} had waited before anybody could post")
        came = f"{count(len(page.messages), 'message')}, {page.texts[:3]}," if page.messages else "an empty list"
        self.finds(page.messages == [message], f"the message {_short(message['text'])}", came)
        wanted = f"an answer to {self.name} as soon as somebody posts"
        if is_whole and time_left >= ENOUGH:
            raise Unmet(wanted, f"nothing came until the {count(self._wait, 'second')} that she would wait were over")
        if soon and page.at_least > self._soon():
            raise Unmet(wanted, "it came seconds later")

    def _soon(self) -> float:
        """Seconds that are too many for what should come at once, on a machine that is as busy as this one just now."""
        began = time.monotonic()
        self.asks("GET", "/health", 200)
        return SOON * self._patience.answer + SLOWER * (time.monotonic() - began)

    def finds(self, is_so: bool, wanted: str, came: str) -> None:
        """What she got is what was wanted, or else this."""
        if not is_so:
            raise Unmet(f"{self.name} to get {wanted}", f"{came} came")

    def finds_nothing_new(self, after: int, wait: int = 0) -> None:
        """There is nothing after this id, and that is said when the wait is over, not before."""
        page = self.reads(after, wait)
        self.finds(not page.messages, "an empty list of messages", f"{count(len(page.messages), 'message')}")
        if page.seconds < wait - EARLY:
            raise Unmet(f"the empty list after {count(wait, 'second')}", "it came earlier")
        if page.last < after:
            raise Unmet(f"`last` to be {after} again, where there is nothing new", f"it is {page.last}")

    def goes_on(self, page: Page, messages: list[dict]) -> None:
        """With the `last` of a page, these are what comes next."""
        came = self.reads(page.last).messages
        wanted = f"{count(len(messages), 'message')} after `last`, {page.last}"
        self.finds(came == messages, wanted, count(len(came), "message") if len(came) != len(messages) else "others")

    def is_given(self, content: dict, *, at: str, **more: object) -> None:
        """A path gives this JSON object."""
        found = self.asks("GET", at, 200, **more).object()
        if found != content:
            raise Unmet(f"{shown(json.dumps(content).encode())}", f"{shown(json.dumps(found).encode())} came")

    def is_told_the_place(self, message: dict) -> None:
        """The answer that came last has the header Location, with the path of this message."""
        place = self._answered.headers.get("location", "")
        if urlsplit(place).path != f"/messages/{message['id']}":
            wanted = f"the header Location: /messages/{message['id']}"
            raise Unmet(wanted, f"it is {_short(place)}" if place else "there is none")

    def tells_the_time(self, message: dict) -> None:
        """The time of a message is now, in UTC."""
        if fault := _wrong_time(message["time"], datetime.now(UTC)):
            form = shown(repr(message["time"]).encode()) if isinstance(message["time"], str) else "it is no text"
            raise Unmet("a time in UTC, as 2030-01-31T12:00:00Z", f"{fault} ({form})")

    def has_ids_of_their_own(self, messages: list[dict]) -> None:
        """No two of these messages have the same id."""
        if twice := [number for number, times in Counter(message["id"] for message in messages).items() if times > 1]:
            raise Unmet("an id of its own for each message", f"the id {twice[0]} was given more than once")

    def has_the_same(self, messages: list[dict], since: int) -> None:
        """All that is there after this id is these messages, each with an id of its own."""
        found, page = [], self.reads(since)
        while page.messages:
            found += page.messages
            page = self.reads(page.messages[-1]["id"])
        wanted = f"{count(len(messages), 'message')} that {'was' if len(messages) == 1 else 'were'} stored"
        came = f"{count(len(found), 'message')}" if len(found) != len(messages) else "as many, but with something else,"
        self.finds(sorted(found, key=_by_id) == sorted(messages, key=_by_id), wanted, came)

    def is_stored_or_refused(self, body: bytes) -> None:
        """What can be read in more ways than one gets 201, or an error that says why."""
        self.sends("POST", "/messages", body=body)
        response = self._response(self._patience.for_answer())
        if response.status != 201 and not 400 <= response.status < 500:
            raise Unmet("201, or a status from 400 to 499", f"it is {status_line(response.status)}")
        response.object() if response.status == 201 else response.error()

    def is_answered_or_refused(self, target: str) -> None:
        """What can be read in more ways than one gets 200 and JSON, or an error that says why."""
        self.sends("GET", target)
        response = self._response(self._patience.for_answer())
        if response.status != 200 and not 400 <= response.status < 500:
            raise Unmet("200, or a status from 400 to 499", f"it is {status_line(response.status)}")
        response.object() if response.status == 200 else response.error()

    def reads_until(self, message: dict, since: int) -> None:
        """Among what has come after this id is the message, whatever else there is."""
        found, page = [], self.reads(since)
        while page.messages and message not in found:
            found += page.messages
            page = self.reads(page.messages[-1]["id"])
        self.finds(message in found, "the message that was posted last", "others")

    def newest(self) -> int:
        """The id of the last message so far, 0 where there is none. Other conversations may have left some."""
        last = 0
        while (page := self.reads(last)).messages:
            last = page.messages[-1]["id"]
        return last

    def is_refused(self, status: int, method: str, target: str, **more: object) -> None:
        """A request gets this status, and a sentence that says why."""
        self.asks(method, target, status, **more).error()


def _message(found: object) -> dict:
    """A stored message, with all that belongs to it; raises Unmet."""
    wanted = 'a message {"id", "name", "text", "time"}'
    if not isinstance(found, dict):
        raise Unmet(wanted, f"{_short(found)} came")
    if missing := [field for field in ("id", "name", "text", "time") if field not in found]:
        raise Unmet(wanted, f"it has no {missing[0]}")
    if not _is_number(found["id"]) or found["id"] < 1:
        raise Unmet("an id that is a positive integer", f"it is {_short(found['id'])}")
    for field in ("name", "text"):
        if not isinstance(found[field], str):
            raise Unmet(f"a {field} that is a text", f"it is {_short(found[field])}")
    return found


def _short(value: object) -> str:
    """A value as Python writes it, cut to what is recognised."""
    if isinstance(value, str):
        return repr(value) if len(value) <= SHOWN else f"{value[:SHOWN]!r}... ({count(len(value), 'character')})"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}... ({count(len(text), 'character')})"


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _by_id(message: dict) -> int:
    return message["id"]


def _wrong_time(text: object, now: datetime) -> str:
    """What is wrong with a time that should be about now, in ISO 8601 and UTC; nothing if it is right."""
    try:
        came = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return "it is no time in ISO 8601"
    if came.utcoffset() is None:
        return "it does not say that it is UTC"
    if came.utcoffset() != timedelta(0):
        return "it is not in UTC"
    hours = round((came - now).total_seconds() / 3600, 1)
    return "" if abs(came - now) <= CLOCKS else f"it is {hours:+g} hours from UTC: is it the local time?"
