"""The HTTP chat server of weeks 3 and 4, without HTTP: requests in, answers out, and who has to wait until when."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.wire import http_chat as wire
from grader.wire.http_chat import Answer, Request, Wait, Wrong

if TYPE_CHECKING:  # week 3 has no accounts, and should not wait for a library that hashes passwords
    from grader.reference.accounts import Account, Accounts

HASHING = frozenset({"/register", "/login"})  # paths whose answers take their time: they belong into a thread
MAX_MESSAGES = 20_000  # that are kept; the longest take 5 kB each
SPARE = 1_000  # messages above that, so that not every new one moves all others
MAX_KEYS = 10_000  # Idempotency-Keys that are remembered; a client repeats within seconds


Method = Callable[[Request, bool], Answer | Wait]


@dataclass
class HttpChat:
    """The conversation.

    accounts   who may take part, in week 4; None: everybody, by the name that they give
    heard      is told (name, text)
    clock      gives the time, in UTC
    first      the first id
    stride     from one id to the next: that they grow is all that the protocol promises
    """

    accounts: Accounts | None = None
    heard: Callable[[str, str], None] = lambda name, text: None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    first: int = 1
    stride: int = 1
    messages: list[dict] = field(default_factory=list)  # the last ones
    by_key: OrderedDict[tuple[str, bytes], dict] = field(default_factory=OrderedDict)  # keys as hashes: all of a size

    def answer(self, request: Request, *, may_wait: bool = True) -> Answer | Wait:
        """What a request gets. For the paths in HASHING another thread may ask."""
        try:
            return self._answer(request, may_wait)
        except Wrong as wrong:
            return Answer(wrong.status, {"error": wrong.sentence}, wrong.headers)

    def say(self, name: str, text: str) -> dict:
        """Stores a message."""
        time = self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        number = self.messages[-1]["id"] + self.stride if self.messages else self.first
        message = {"id": number, "name": name, "text": text, "time": time}
        self.messages.append(message)
        if len(self.messages) >= MAX_MESSAGES + SPARE:
            del self.messages[:SPARE]
        self.heard(name, text)
        return message

    def _answer(self, request: Request, may_wait: bool) -> Answer | Wait:
        allowed = self._methods(request.path)
        if not allowed:
            raise Wrong(404, f"there is no {request.path[:100]}")
        may = ("Allow", ", ".join(sorted({*allowed, "OPTIONS", *(["HEAD"] if "GET" in allowed else [])})))
        if request.method == "OPTIONS":
            return Answer(204, headers=(may,))
        if request.method == "HEAD" and "GET" in allowed:  # RFC 9110, section 9.3.2; who sends it leaves out the body
            return allowed["GET"](request, False)
        if request.method not in allowed:
            raise Wrong(405, f"{request.path[:100]} takes {' and '.join(sorted(allowed))} only", may)
        return allowed[request.method](request, may_wait)

    def _methods(self, path: str) -> dict[str, Method]:
        """What can be done with a path; nothing if it is none of ours."""
        if path == "/messages":
            return {"POST": self._post, "GET": self._get}
        if path == "/":  # for people who look with a browser
            return {"GET": lambda request, may_wait: Answer(200, {"messages": "/messages", "health": "/health"})}
        if path == "/health":
            return {"GET": lambda request, may_wait: Answer(200, {"status": "ok"})}
        if match := re.fullmatch(r"/messages/([0-9]{1,19})", path):
            return {"GET": lambda request, may_wait: self._one(request, int(match[1]))}
        if self.accounts and path in ("/register", "/login", "/logout"):
            return {"POST": {"/register": self._register, "/login": self._login, "/logout": self._logout}[path]}
        return {}

    def _post(self, request: Request, may_wait: bool) -> Answer:
        account = self._account(request)
        key = request.headers.get("idempotency-key", "")
        of_whom = (account.student_id if account else "", hashlib.sha256(key.encode(errors="replace")).digest())
        message = self.by_key.get(of_whom) if key else None
        if message is None:
            fields = wire.read_object(request.headers.get("content-type", ""), request.body)
            message = self.say(account.name if account else wire.read_name(fields), wire.read_message(fields))
            if key:
                self._remember(of_whom, message)
        return Answer(201, message, (("Location", f"/messages/{message['id']}"),))

    def _remember(self, key: tuple[str, bytes], message: dict) -> None:
        self.by_key[key] = message
        if len(self.by_key) > MAX_KEYS:
            self.by_key.popitem(last=False)

    def _get(self, request: Request, may_wait: bool) -> Answer | Wait:
        self._account(request)
        after = wire.read_number(request.query, "after", wire.LARGEST_ID)
        seconds = wire.read_number(request.query, "wait", wire.LONGEST_WAIT)
        begin = max(0, (after - self._first()) // self.stride + 1)
        found = self.messages[begin : begin + wire.AT_ONCE]
        if not found and seconds and may_wait:
            return Wait(seconds)
        return Answer(200, {"messages": found, "last": found[-1]["id"] if found else after})

    def _one(self, request: Request, number: int) -> Answer:
        self._account(request)
        place, between = divmod(number - self._first(), self.stride)
        if between or not 0 <= place < len(self.messages):
            raise Wrong(404, f"there is no message {number}")
        return Answer(200, self.messages[place])

    def _first(self) -> int:
        """The id of the first message that is kept."""
        return self.messages[0]["id"] if self.messages else self.first

    def _register(self, request: Request, may_wait: bool) -> Answer:
        fields = wire.read_object(request.headers.get("content-type", ""), request.body)
        student_id, password = wire.read_student_id(fields), wire.read_password(fields)
        name = wire.read_name(fields)
        self.accounts.register(student_id, password, name)
        return Answer(201, {"student_id": student_id, "name": name})

    def _login(self, request: Request, may_wait: bool) -> Answer:
        fields = wire.read_object(request.headers.get("content-type", ""), request.body)
        token = self.accounts.login(wire.read_text(fields, "student_id"), wire.read_text(fields, "password"))
        return Answer(200, {"token": token.text, "expires_in": token.seconds}, (("Cache-Control", "no-store"),))

    def _logout(self, request: Request, may_wait: bool) -> Answer:
        self._account(request)
        self.accounts.revoke(_bearer(request))
        return Answer(204)

    def _account(self, request: Request) -> Account | None:
        """Whose token it carries; None in week 3. Raises Wrong where there is no valid one (RFC 6750, section 3)."""
        if self.accounts is None:
            return None
        account = self.accounts.whose(_bearer(request))
        if account is None:
            raise Wrong(401, "log in first: the token is missing, unknown or expired", ("WWW-Authenticate", "Bearer"))
        return account


def _bearer(request: Request) -> str:
    """The token of an Authorization header (RFC 6750, section 2.1); empty where there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
