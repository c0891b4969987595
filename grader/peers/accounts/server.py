"""The lab's HTTP server with accounts, as a check sees it: who logs in, and where passwords and tokens turn up."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable
from typing import Protocol, Self

from grader.peers.http.channel import Channel
from grader.peers.http.lab_server import LabServer
from grader.peers.services import HttpService
from grader.wire.http_chat import Answer, Request
from grader.wire.http_text import shown

TOKEN = "(a token)"
WITH_PASSWORDS = ("POST /register", "POST /login")


class Accounts(Protocol):
    """Who may log in: reference.accounts.Accounts."""

    def register(self, student_id: str, password: str, name: str) -> object: ...
    def revoke_all(self) -> None: ...


class AccountService(HttpService, Protocol):
    accounts: Accounts


class AccountServer(LabServer):
    """What a conversation calls `server`."""

    _service: AccountService
    is_off_limits = False  # whether nobody is to tell it anything

    @property
    def has_been_told(self) -> str:
        """What it has been told though it is off limits; nothing if it has not."""
        asked = [f"{request.method} {request.path}" for _, request in self._requests] if self.is_off_limits else []
        return f"{self._called}{asked[0]} came" if asked else ""

    def is_not_to_hear_of_it(self) -> Self:
        """No request is to come here."""
        self.is_off_limits = True
        return self

    def shows_another_certificate(self, tls: ssl.SSLContext) -> None:
        """From now on it speaks TLS with this, and the connections that there are end."""
        self.steps.append("the server ends all connections, and shows another certificate from now on")
        self._tls = tls
        for channel in list(self._channels):
            self._hang_up(channel)

    def is_told_no_more(self, what: str) -> None:
        """The client makes no such request any more, although it would have reason to: it has hung up, or ended."""
        before = self.counts(what)
        self._comes(lambda: self.counts(what) > before or self._complaints > 0, self._patience.for_start)
        if self.counts(what) > before:
            raise self._unmet(f"no {what} over a connection whose certificate is another's", "it came")

    def has_account(self, student_id: str, password: str, name: str = "") -> None:
        """Somebody is registered already."""
        self._service.accounts.register(student_id, password, name or student_id)
        self.steps.append(f"{student_id} is registered")

    def forgets_all_tokens(self) -> None:
        """From now on every token is dead, as if its time were over."""
        self._service.accounts.revoke_all()
        self.steps.append("the server lets all tokens expire")

    def lets_in(self) -> None:
        """The client logs in, and gets a token."""
        if not self._comes(lambda: self._statuses["POST /login 200"] > 0, self._patience.for_start):
            asked = self.counts("POST /login")
            came = "no POST /login came" if not asked else "the server refused it, as the transcript shows"
            raise self._unmet("the client to log in: POST /login with the student id and the password", came)

    def registers(self, student_id: str, name: str) -> None:
        """The client registers with this id and this name."""
        wanted = f'POST /register with the student_id "{student_id}", a password and the name "{name}"'
        if not self._comes(lambda: self.counts("POST /register") > 0, self._patience.for_start):
            raise self._unmet(wanted, "nothing came")
        request = next(request for _, request in self._requests if request.path == "/register")
        came = _fields(request)
        if self._statuses["POST /register 201"] == 0 or came.get("student_id") != student_id:
            raise self._unmet(wanted, "what came was not that, as the transcript shows")
        if came.get("name") != name:
            raise self._unmet(wanted, f"the name is {shown(repr(came.get('name')).encode())}")

    def has_logged_out(self) -> None:
        """The client logs out with its token."""
        self.is_asked("POST /logout")
        if not self._statuses["POST /logout 204"]:
            raise self._unmet("POST /logout with `Authorization: Bearer TOKEN`", "it was refused")

    def was_always_shown_a_token(self) -> None:
        """Every request to /messages so far had a token that was valid."""
        refused = sum(times for what, times in self._statuses.items() if "/messages" in what and what.endswith(" 401"))
        if refused:
            bare = [request for _, request in self._requests if "/messages" in request.path and not _bearer(request)]
            came = f"{bare[0].method} {bare[0].path} came without it" if bare else "one came with another token"
            raise self._unmet("each request to /messages to carry `Authorization: Bearer TOKEN`", came)

    def was_asked_times(self, what: str, at_most: int) -> None:
        """So many requests of this method and path came, or fewer."""
        if (times := self.counts(what)) > at_most:
            raise self._unmet(f"{what} at most {at_most} times" if at_most else f"no {what}", f"it came {times} times")

    def was_told_no_secret(self, whose: str, secrets: Iterable[str] = ()) -> None:
        """No password and no token (or none of these) came here: they belong to another server."""
        for _, request in self._requests:
            story = " ".join([request.path, *request.query.values(), *request.headers.values()])
            text = story + request.body.decode("utf-8", "replace")
            if told := next((secret for secret in secrets or self._workspace.secrets if secret in text), ""):
                came = f"{request.method} {request.path} had {self._workspace.secrets[told]} in it"
                raise self._unmet(f"no password and no token of another server to come to {whose}", came)

    def _instead(self, otherwise: str) -> str:
        """Why something did not come, as far as one can see it."""
        refused = [what for what in self._statuses if "/messages" in what and what.endswith(" 401")]
        if refused and self._statuses["POST /login 200"] and not any(map(_bearer, self._with_messages())):
            return f"{refused[0].removesuffix(' 401')} came without `Authorization: Bearer TOKEN`, and was refused"
        return super()._instead(otherwise)

    def _with_messages(self) -> list[Request]:
        return [request for _, request in self._requests if "/messages" in request.path]

    def _arrives(self, channel: Channel, request: Request) -> None:
        if f"{request.method} {request.path}" in WITH_PASSWORDS:
            self.run.looks_at_processes()
        super()._arrives(channel, request)

    def _note_answer(self, request: Request, answer: Answer) -> None:
        """A token is a secret as soon as there is one."""
        if isinstance(answer.content, dict) and isinstance(token := answer.content.get("token"), str):
            self._workspace.secrets.setdefault(token, TOKEN)
        super()._note_answer(request, answer)


def _fields(request: Request) -> dict:
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "")
