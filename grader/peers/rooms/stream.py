"""The stream between a client and the chat-room server under test: requests go out, answers come in."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.stream import Stream
from grader.wire import room_answers as wire
from grader.wire.room_answers import Answer, Chat, Greeting, Joined, Left, Malformed, Refusal
from grader.wording import count

SETTLES = 0.5  # seconds for the last newline of the answer to HELO, which may be missing
REST = 2.0  # seconds for what is waited for once an error has come, and for a join message after JOINED
AGAIN = "        ("
LONG = 300  # characters of a request or an answer
NAMED_ADDRESSES = re.compile(r"\b(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}\b")  # those of this machine
KEYS = {Greeting: "HELO", Joined: "JOINED_CHATROOM", Left: "LEFT_CHATROOM", Chat: "CHAT"}
Wanted = TypeVar("Wanted", bound=Answer)


@dataclass
class Habits:
    """What is known of a server by now.

    tells_who_joined   whether a join message has never failed to come soon
    """

    tells_who_joined: bool = True


class Seat(NamedTuple):
    """What a client has been told when she joined a room."""

    room: str
    ref: int
    join_id: int


class RoomStream(Stream):
    """What a client says and hears, one request or answer after the other.

    habits   of the server
    called   her name in the rooms
    """

    def __init__(self, name: str, connection: socket.socket, **more: object):
        super().__init__(name, connection, **more)
        self.habits = Habits()
        self.called = name
        self._heard: list[bytes] = []  # answers, and the empty lines before each
        self._passed: list[Answer] = []  # what came before what was waited for last
        self._again = 1  # how often the last answer has come
        self._is_slow_of_speech = False

    def speaks_byte_by_byte(self) -> None:
        """From now on a request goes out in pieces of one byte, each after the server has read the one before."""
        self._is_slow_of_speech = True

    def _asks(self, request: bytes) -> None:
        (self.sends_byte_by_byte if self._is_slow_of_speech else self.sends)(request)

    def _gets(
        self,
        kind: type[Wanted],
        fits: Callable[[Wanted], bool],
        wanted: str,
        *,
        is_near: Callable[[Answer], bool] = lambda answer: False,
        **more: bool,
    ) -> Wanted:
        """The next answer of this kind that fits. Others are passed over: who comes and goes, other rooms.

        is_near   whether an answer that does not fit has come in place of it, as an error does: it will hardly come
        """
        deadline, instead = self._patience.for_answer(), b""
        self._passed.clear()
        while not deadline.is_over and (came := self._next(deadline, **more)) is not None:
            try:
                answer = wire.read(came)
            except Malformed as fault:
                if wire.key_of(came) == KEYS.get(kind):
                    raise Unmet(f"{self.name} to get {fault.expected}", fault.came) from None
                continue
            if isinstance(answer, kind) and fits(answer):
                return answer
            self._passed.append(answer)
            if isinstance(answer, Refusal) or is_near(answer):
                deadline, instead = deadline.or_sooner(REST), came
        raise Unmet(f"{self.name} to get {wanted}", self._instead(instead))

    def _next(
        self, deadline: Deadline, *, whole: bool = False, may_lack_its_end: bool = False, costs_patience: bool = True
    ) -> bytes | None:
        """The next answer, whatever it is."""
        came = None
        if may_lack_its_end and self._take(lambda so_far: wire.cut(bytearray(so_far), at_rest=True), deadline):
            rest = self._patience.within(SETTLES)
            came = self._take(wire.cut, rest, costs_patience=False) or wire.cut(self._came, at_rest=True)
        came = came or self._take(lambda so_far: wire.cut(so_far, whole=whole), deadline, costs_patience=costs_patience)
        if came is not None:
            self._heard.append(came)
            self._tells(f"{self.name} < {self._told(came)}")
        return came

    def _tells(self, step: str) -> None:
        """Adds a step; where the last one was the same, it is told how often that came."""
        is_again = self._steps[-1:] and self._steps[-1].partition(AGAIN)[0] == step
        self._again = self._again + 1 if is_again else 1
        if is_again:
            self._steps[-1] = f"{step}{AGAIN}{self._again} times)"
        else:
            self._steps.append(step)

    def _settles(self, seat: Seat) -> None:
        """Waits for the join message: JOINED_CHATROOM alone need not mean that she is a member for everybody by now."""
        if not self.habits.tells_who_joined:
            return
        deadline = self._patience.within(REST)
        while not deadline.is_over and (came := self._next(deadline, costs_patience=False)) is not None:
            chat = chat_in(came)
            if chat and chat.ref == seat.ref and self.called in chat.text:
                return
        self.habits.tells_who_joined = False

    def _gets_silently(self, text: str, wanted: str) -> None:
        """This text comes; neither it nor what came before goes into the transcript."""
        deadline = self._patience.for_answer()
        self._passed.clear()
        while (came := self._take(wire.cut, deadline)) is not None and not deadline.is_over:
            if text.encode() in came:
                return
        end = "the connection ended" if self.is_over else "no more came, although the connection is open"
        raise Unmet(f"{self.name} to get {wanted}", f"then {end}")  # after which one is a matter of luck

    def _instead(self, near: bytes) -> str:
        """What came, in words."""
        if near:
            return f"{self._told(near)} came"
        if not self._came.strip(b"\r\n"):
            self._came.clear()
        if self._came or not self._passed:
            return self._nothing()
        return f"what came last is {self._told(self._heard[-1])}"

    def _told(self, data: bytes) -> str:
        """Lines as the handout writes them; what cannot be seen, as Python writes it; addresses of this machine not."""
        text = visible(data.decode("utf-8", "backslashreplace").lstrip("\r\n") or "\n")
        text = self._neutral(NAMED_ADDRESSES.sub("ADDRESS", text))
        return text if len(text) <= LONG else f"{text[:LONG]}... ({count(len(data), 'byte')})"


def visible(text: str) -> str:
    """A text of several lines in one, with its line ends as the handout writes them."""
    *ended, last = [
        "".join(each if each.isprintable() else repr(each)[1:-1] for each in line) for line in text.split("\n")
    ]
    return " ".join([*(f"{line} \\n".lstrip() for line in ended), *([last] if last else [])])


def chat_in(answer: bytes) -> Chat | None:
    """A message in a room, if it is one."""
    with suppress(Malformed):
        found = wire.read(answer)
        return found if isinstance(found, Chat) else None
    return None
