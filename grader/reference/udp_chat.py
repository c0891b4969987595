"""The UDP chat server of week 2.

Chat is the server without sockets or a clock: datagrams in, datagrams out, and what is to be repeated when; udp_port
puts it on a port. Whatever comes in, a client costs a bounded amount of memory, and so do all of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from grader.wire import udp_chat as wire
from grader.wire.udp_chat import Bye, Got, Hello, Malformed, Request, Say

REPEAT = 0.25  # seconds without GOT after which a MSG is sent again
TRIES = 20  # after which the client is taken for gone
MAX_MEMBERS = 1_000
MAX_LEFT = 1_000  # addresses of members who have left, and whose repeated BYE is answered
MAX_WAITING = 1_000  # messages without GOT: whoever has more does not read, and is taken for gone
WINDOW = 1_000  # of the SAYs below the highest number these are told apart, as in RFC 4303 section 3.4.3
NAME_IS_KEPT = 60.0  # seconds of silence; then whoever asks may have the name: its client may have been killed

Address = Hashable  # of a client: whatever tells one from another
Reply = tuple[bytes, Address]


class Repeat(NamedTuple):
    """A message that is sent again at `due`, unless its GOT has come."""

    due: float
    tries: int
    member: Member
    id: int


@dataclass(eq=False)
class Member:
    """A client that has said HELLO.

    heard_at   when it was last heard from
    said       the numbers of its SAYs, down to WINDOW below the highest
    waiting    its messages without GOT, by id
    """

    name: str
    address: Address
    heard_at: float
    highest: int = 0
    said: set[int] = field(default_factory=set)
    waiting: dict[int, bytes] = field(default_factory=dict)

    def is_new(self, number: int) -> bool:
        """Whether it has not said this before; from now on it has."""
        if number in self.said or number <= self.highest - WINDOW:
            return False
        self.said.add(number)
        self.highest = max(self.highest, number)
        if len(self.said) > 2 * WINDOW:
            self.said = {known for known in self.said if known > self.highest - WINDOW}
        return True


class Chat:
    """The conversation. `heard` is told, as (name, text), who came, what was said, and who left."""

    def __init__(self, heard: Callable[[str, str], None] = lambda name, text: None):
        self._heard = heard
        self._by_address: dict[Address, Member] = {}
        self._by_name: dict[str, Member] = {}
        self._next_id = 1
        self._left: deque[Address] = deque(maxlen=MAX_LEFT)
        self._repeats: deque[Repeat] = deque()  # in the order in which they are due: all wait equally long

    def names(self) -> list[str]:
        """Who is there."""
        return sorted(self._by_name)

    def receive(self, datagram: bytes, sender: Address, now: float) -> list[Reply]:
        """What is sent in answer to a datagram."""
        try:
            request = wire.read_request(datagram)
            return [] if request is None else self._answer(request, sender, now)
        except Malformed as error:
            return [(wire.error(error.code, error.text), sender)]

    def say(self, name: str, text: str, now: float) -> list[Reply]:
        """Sends what `name`, who need not be a client, says to all others; raises Malformed."""
        number = self._next_id
        datagram = wire.message(number, name, text)
        self._next_id += 1
        self._heard(name, text)
        replies = []
        for member in [other for other in self._by_address.values() if other.name != name]:
            if len(member.waiting) >= MAX_WAITING:
                self._drop(member, "does not read")
                continue
            member.waiting[number] = datagram
            self._repeats.append(Repeat(now + REPEAT, 1, member, number))
            replies.append((datagram, member.address))
        return replies

    def due(self, now: float) -> list[Reply]:
        """What is sent again by now."""
        replies = []
        while self._repeats and self._repeats[0].due <= now:
            _, tries, member, number = self._repeats.popleft()
            if number not in member.waiting:
                continue
            if tries == TRIES:
                self._drop(member, "does not answer")
                continue
            self._repeats.append(Repeat(now + REPEAT, tries + 1, member, number))
            replies.append((member.waiting[number], member.address))
        return replies

    def next_due(self) -> float | None:
        """When `due` has something to send."""
        while self._repeats and self._repeats[0].id not in self._repeats[0].member.waiting:
            self._repeats.popleft()
        return self._repeats[0].due if self._repeats else None

    def _answer(self, request: Request, sender: Address, now: float) -> list[Reply]:
        member = self._by_address.get(sender)
        if member:
            member.heard_at = now
        match request:
            case Hello(name):
                return [(self._hello(name, sender, now), sender)]
            case Say(number, text) if member:
                return self._said(member, number, text, now)
            case Say():
                return [(wire.error(401, "say HELLO first"), sender)]
            case Got(number) if member:
                member.waiting.pop(number, None)
            case Bye() if member:
                self._drop(member, "leaves")
                self._left.append(sender)
                return [(wire.bye(), sender)]
            case Bye() if sender in self._left:  # only these: two servers must not say BYE to each other for ever
                return [(wire.bye(), sender)]
        return []

    def _hello(self, name: str, sender: Address, now: float) -> bytes:
        there = self._by_name.get(name)
        if there and there.address == sender:
            return wire.welcome(name)
        if there and now - there.heard_at < NAME_IS_KEPT:
            return wire.error(409, f"the name {name} is taken")
        for former in (there, self._by_address.get(sender)):  # who had the name; who the client was before
            if former:
                self._drop(former, "leaves")
        if len(self._by_address) >= MAX_MEMBERS:
            quietest = min(self._by_address.values(), key=lambda member: member.heard_at)
            if now - quietest.heard_at >= NAME_IS_KEPT:
                self._drop(quietest, "has been silent for long")
        if len(self._by_address) >= MAX_MEMBERS:
            return wire.error(503, f"there are {MAX_MEMBERS:,} people here, and no room for more")
        self._by_address[sender] = self._by_name[name] = Member(name, sender, now)
        self._heard(name, "is here")
        return wire.welcome(name)

    def _said(self, member: Member, number: int, text: str, now: float) -> list[Reply]:
        wire.message(wire.MOST, member.name, text)  # what is refused must not have been said
        replies = self.say(member.name, text, now) if member.is_new(number) else []
        return [(wire.ok(number), member.address), *replies]

    def _drop(self, member: Member, why: str) -> None:
        del self._by_address[member.address], self._by_name[member.name]
        member.waiting.clear()  # so that nothing is repeated to it
        self._heard(member.name, why)
