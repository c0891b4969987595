"""The accounts of week 4: who may log in, who has, and how often somebody may guess.

Nothing here can be used by whoever reads the memory of the server: passwords are kept as Argon2 hashes, tokens as
SHA-256 of what is random already. Whatever comes in, it costs a bounded amount of memory.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import time
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from grader.wire.http_chat import LONGEST_STUDENT_ID, Wrong

LIFETIME = 12 * 60 * 60  # seconds of a token: a day of classes
FAILURES, WINDOW = 5, 60.0  # so many failed logins in so many seconds are allowed for a student id
MAX_ACCOUNTS = 10_000  # without a roster, anybody can register
MAX_TOKENS = 20  # of an account: the oldest dies when there is one more
MAX_STRANGERS = 10_000  # student ids without an account whose failed logins are remembered


class Account(NamedTuple):
    """Who says something: `name` is what others see."""

    student_id: str
    name: str


class Token(NamedTuple):
    """What proves for so many seconds that somebody has logged in."""

    text: str
    seconds: int


@dataclass
class Tries:
    """The logins of a student id: when the last ones failed, and how many are being checked."""

    failed: deque[float] = field(default_factory=deque)
    running: int = 0

    def begin(self, now: float) -> None:
        """Counts a login before it is checked: many guesses at the same moment are many guesses. Raises Wrong."""
        while self.failed and self.failed[0] <= now - WINDOW:
            self.failed.popleft()
        if len(self.failed) + self.running >= FAILURES:
            seconds = self.failed[0] + WINDOW - now if len(self.failed) >= FAILURES else 1
            wait = max(1, math.ceil(seconds))
            sentence = f"too many failed logins: try again in {wait} second{'s' if wait > 1 else ''}"
            raise Wrong(429, sentence, ("Retry-After", str(wait)))
        self.running += 1

    def end(self, now: float, *, right: bool) -> None:
        """A login has been checked. One that was right does not pardon the wrong ones: they were somebody else's."""
        self.running -= 1
        if not right:
            self.failed.append(now)


@dataclass
class _Record:
    account: Account
    password: str  # its hash
    tries: Tries = field(default_factory=Tries)
    tokens: OrderedDict[bytes, float] = field(default_factory=OrderedDict)  # their hashes: until when they are valid


class Accounts:
    """Who may take part. Can be used by many threads: passwords are hashed outside of the lock.

    roster     the names by student id of those who may register; None: everybody
    hasher     hashes passwords; tests take a cheap one
    lifetime   seconds of a token
    """

    def __init__(
        self,
        roster: Mapping[str, str] | None = None,
        *,
        hasher: PasswordHasher | None = None,
        lifetime: int = LIFETIME,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._roster = roster
        self._hasher = hasher or PasswordHasher()
        self._lifetime = lifetime
        self._clock = clock
        self._lock = Lock()
        self._records: dict[str, _Record] = {}
        self._strangers: OrderedDict[str, Tries] = OrderedDict()
        self._by_token: dict[bytes, _Record] = {}
        self._names = _owned_names(roster or {})
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())  # so that unknown ids take as long as known ones

    def register(self, student_id: str, password: str, name: str) -> Account:
        """Opens an account; raises Wrong."""
        self._expect_free(student_id, name)
        record = _Record(Account(student_id, name), self._hasher.hash(password))
        with self._lock:
            self._expect_free(student_id, name)  # again: somebody else may have been faster
            self._records[student_id] = record
            for own in (student_id, name):
                self._names.setdefault(_seen(own), set()).add(student_id)
        return record.account

    def login(self, student_id: str, password: str) -> Token:
        """A new token; raises Wrong."""
        with self._lock:
            record = self._records.get(student_id)
            tries = record.tries if record else self._of_stranger(student_id)
            tries.begin(self._clock())
        right = False
        try:
            right = self._fits(record, password)
        finally:
            with self._lock:
                tries.end(self._clock(), right=right)
        if not right:
            raise Wrong(401, "the student id or the password is wrong")
        return self._issue(record)

    def whose(self, token: str) -> Account | None:
        """Who has logged in with this token; None if it is unknown, dead or expired."""
        digest = _digest(token)  # looked up as a hash, so the time that takes says nothing about the token
        with self._lock:
            record = self._by_token.get(digest)
            if record and record.tokens[digest] <= self._clock():
                self._drop(record, digest)
                return None
            return record.account if record else None

    def revoke(self, token: str) -> None:
        """From now on this token is dead."""
        digest = _digest(token)
        with self._lock:
            if record := self._by_token.get(digest):
                self._drop(record, digest)

    def revoke_all(self) -> None:
        """From now on all tokens are dead, as if they had expired: everybody has to log in again."""
        with self._lock:
            for digest, record in list(self._by_token.items()):
                self._drop(record, digest)

    def _expect_free(self, student_id: str, name: str) -> None:
        """Raises Wrong if there can be no such account. Who has another's id or name would speak for another."""
        if self._roster is not None and student_id not in self._roster:
            raise Wrong(403, f"{student_id} is not on the roster of this class")
        if student_id in self._records:
            raise Wrong(409, f"{student_id} is registered already: log in")
        owners = self._names.get(_seen(name), {student_id})
        if student_id not in owners or any(self._is_called(owner, name) for owner in owners):
            raise Wrong(409, f"the name {name} is somebody else's")
        if len(self._records) >= MAX_ACCOUNTS:
            raise Wrong(403, f"there are {MAX_ACCOUNTS:,} accounts, and no room for more")

    def _is_called(self, student_id: str, name: str) -> bool:
        record = self._records.get(student_id)
        return record is not None and _seen(record.account.name) == _seen(name)

    def _of_stranger(self, student_id: str) -> Tries:
        """The logins of an id without an account, so that it looks like any other; the oldest are forgotten."""
        known = student_id[: LONGEST_STUDENT_ID + 1]  # nobody registers a longer one
        tries = self._strangers.setdefault(known, Tries())
        if len(self._strangers) > MAX_STRANGERS:
            self._strangers.popitem(last=False)
        return tries

    def _fits(self, record: _Record | None, password: str) -> bool:
        try:
            self._hasher.verify(record.password if record else self._nobodys, password)
        except VerifyMismatchError:
            return False
        return record is not None

    def _issue(self, record: _Record) -> Token:
        text = secrets.token_urlsafe()
        digest = _digest(text)
        with self._lock:
            record.tokens[digest] = self._clock() + self._lifetime
            self._by_token[digest] = record
            if len(record.tokens) > MAX_TOKENS:
                self._drop(record, next(iter(record.tokens)))
        return Token(text, self._lifetime)

    def _drop(self, record: _Record, digest: bytes) -> None:
        del self._by_token[digest], record.tokens[digest]


def _owned_names(roster: Mapping[str, str]) -> dict[str, set[str]]:
    """Whose ids and names these are, as they are seen. Two students may have the same name; the first takes it."""
    names: dict[str, set[str]] = {}
    for student_id, name in roster.items():
        for own in (student_id, name):
            names.setdefault(_seen(own), set()).add(student_id)
    return names


def _seen(name: str) -> str:
    """A name as people see it: they do not tell apart capitals, spaces and forms of the same letter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()  # what is not UTF-8 is nobody's token
