"""A connection to an IRC server under test: what came, and when all of it is there.

Nothing is waited for in vain. Everybody who has said something asks PING, and when PONG is there, the server has dealt
with it; then this client asks PING, and when PONG is there, all that was for her has come before. So that nothing came
is as sure as that something did.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from itertools import count as numbers

from grader.check import Unmet
from grader.patience import Deadline
from grader.peers.irc.pattern import Pattern, parsed
from grader.peers.stream import Stream
from grader.wire import irc
from grader.wording import datagram_text

GRACE = 0.5  # seconds for a server that passes messages on in another thread than it answers PING
BARRIER = "settled"
UNSTEADY = re.compile(r"(?<!\d)\d{10}(?!\d)|\d{4}-\d\d-\d\dT[\d:.]+Z?")  # times, in numerics and in tags
PORT = re.compile(r"\d{4,5}|/")  # or a path
BY_THE_CLOCK = {"002", "003", "312", "371", "391"}  # numerics whose texts have a date in them
REFUSED = re.compile(r"[45]\d\d")
NO_END = {"421", "422"}  # numerics that say no to something, and yet the registration goes on


class IrcStream(Stream):
    """A connection, registered or not.

    inbox       what has come since she spoke last, and was not asked for yet
    supports    the tokens of 005, with their values
    company     all clients of this conversation, whose lines have to be dealt with before anything is proven
    flooded_by  whose messages the transcript does not tell: how many have come by now is a matter of luck
    longest     bytes of the longest line that came
    pings       how many PING the server has sent
    is_patient  whether something is to come that nobody's PONG proves: a connection was dropped
    """

    def __init__(self, name: str, connection: socket.socket, **more: object):
        super().__init__(name, connection, **more)
        self.inbox: list[irc.Message] = []
        self.supports: dict[str, str | None] = {}
        self.company: Callable[[], Iterable[IrcStream]] = lambda: (self,)
        self.is_registered = False
        self.pings = 0
        self.answers_pings = True
        self.longest = 0
        self.flooded_by = ""
        self.is_patient = False
        self._is_unsettled = False  # whether she has said something since the last PONG
        self._is_asking = False  # whether she has said PING herself, and will get PONG for it
        self._is_deaf = False
        self._barriers = numbers(1)

    def catches_up(self) -> None:
        """All that anybody has said is dealt with, and all that was for her is there."""
        for client in self.company():
            if client is not self and client._is_unsettled:
                client.settles()
        self.settles()

    def settles(self) -> None:
        """The server has dealt with what she has said, and all that was for her by then is there."""
        if self._is_deaf:
            return
        if self.is_over or not self.is_registered:
            self._reads_what_is_there()
            return
        token = f"{BARRIER}-{next(self._barriers)}"
        super()._transmit(f"PING :{token}\r\n".encode())
        self._is_unsettled = False
        while (message := self._next(self._patience.for_answer())) is not None:
            if _answers(message, token, is_asking=self._is_asking):
                return
            self._keeps(message)
        if not self.is_over:
            raise Unmet(f"PONG, when {self.name} asks PING", self._nothing())

    def sees(self, pattern: str) -> irc.Message:
        """Such a line has come, or comes; nothing is asked meanwhile."""
        (wanted,) = self._patterns([pattern])
        return self.inbox.pop(self._place(wanted, 0, self._patience.for_answer()))

    def sees_the_end(self) -> None:
        """The server ends the connection; ERROR may come before."""
        while (message := self._next(self._patience.for_answer())) is not None:
            self._keeps(message)
        if not self.is_over:
            raise Unmet(f"the server to end {self.name}'s connection", "it stays open")
        self._steps.append(f"{self.name}'s connection ends")
        self._is_unsettled = False

    def says_goodbye(self) -> None:
        """Quits, so that the nick is free for the next conversation."""
        super()._transmit(b"QUIT\r\n")
        super().says_goodbye()

    def close(self, deadline: Deadline | None = None) -> None:
        """Hangs up. Who has not read would have to read all of it first."""
        super().close(None if self._is_deaf else deadline)

    def _transmit(self, data: bytes) -> None:
        self._is_unsettled = True
        super()._transmit(data)

    def _unproven(self) -> None:
        """What follows from this is proven by nobody's PONG."""
        for client in self.company():
            client.is_patient = True

    def _place(self, pattern: Pattern, start: int, deadline: Deadline | None = None) -> int:
        """Where in the inbox such a line is; where something comes first, behind that."""
        seen = start
        while True:
            for place in range(seen, len(self.inbox)):
                if matches(pattern, self.inbox[place]):
                    return place
                if not self.is_registered and _is_no(self.inbox[place]):
                    raise self._unmet(pattern, start)
            seen = len(self.inbox)
            deadline = deadline or self._how_long()
            if (message := self._next(deadline)) is None:
                raise self._unmet(pattern, start)
            self._keeps(message)

    def _how_long(self) -> Deadline:
        """How long to wait for what has not come before PONG."""
        is_proven = self.is_registered and not self.is_patient
        return self._patience.for_answer().or_sooner(GRACE) if is_proven else self._patience.for_answer()

    def _reads_what_is_there(self) -> None:
        while self._receive(Deadline(0)):
            pass
        while (message := self._next(Deadline(0))) is not None:
            self._keeps(message)

    def _next(self, deadline: Deadline) -> irc.Message | None:
        """The next line; PING is answered."""
        line = b""
        while not line:
            line = self._take(_cut_line, deadline, costs_patience=not deadline.is_over)
            if line is None:
                return None
        self.longest = max(self.longest, irc.lengths(line).rest + 2)
        try:
            message = irc.read(line)
        except irc.Malformed as why:
            raise Unmet("lines of IRC from the server", f"`{self._told(line)}` came: {why}") from None
        if message.command == "PING":
            self.pings += 1
        if message.command == "PING" and self.answers_pings:
            super()._transmit(irc.write(irc.Message("PONG", message.params)))
        return message

    def _keeps(self, message: irc.Message) -> None:
        if message.command == "PING":
            return
        self.is_registered |= message.command == "001"
        if message.command == "005":
            self.supports |= irc.read_tokens(message.params[1:-1])
        if message.command != "PRIVMSG" or irc.read_source(message.source).nick != self.flooded_by:
            self._steps.append(f"{self.name} < {self._line(message)}")
        self.inbox.append(message)

    def _unmet(self, pattern: Pattern, start: int) -> Unmet:
        related = [each for each in self.inbox if each.command in pattern.commands]
        refusals = [each for each in self.inbox if _is_no(each)]
        if any(matches(pattern, each) for each in self.inbox[:start]):
            what = "it came before what is to come first"
        elif related:  # the nearest of them; of several, the last
            nearest = max(reversed(related), key=lambda each: pattern.likeness(each.source, each.params))
            what = f"`{self._line(nearest)}` came"
        elif refusals:
            what = f"`{self._line(refusals[-1])}` came"
        else:
            what = self._nothing()
        return Unmet(f"`{pattern.told(self.name)}` for {self.name}", what)

    def _nothing(self) -> str:
        if self.inbox and not self._came:
            end = "and then the connection ended" if self.is_over else "and nothing else"
            return f"`{self._line(self.inbox[-1])}` came {end}"
        return super()._nothing()

    def _patterns(self, patterns: Iterable[str | bytes]) -> list[Pattern]:
        """Those that are bytes are without the mark."""
        return [parsed(each.decode()) if isinstance(each, bytes) else parsed(each, self._mark) for each in patterns]

    def _told(self, data: bytes) -> str:
        text = datagram_text(data.removesuffix(b"\r\n"))
        return self._neutral(text) if PORT.search(text) else text  # with 100 clients, it has 100 ports to look for

    def _line(self, message: irc.Message) -> str:
        """A line as the transcript has it: without what differs from run to run."""
        params = message.params
        if message.command in BY_THE_CLOCK:
            params = (*params[:-1], "...")
        elif message.command == "317":
            params = (*params[:2], "SECONDS", *params[3:])
        return UNSTEADY.sub("TIME", self._told(irc.write(message._replace(params=params))))


def matches(pattern: Pattern, message: irc.Message) -> bool:
    """Whether this is such a line."""
    return pattern.matches(message.source, message.command, message.params)


def _is_no(message: irc.Message) -> bool:
    return message.command == "ERROR" or (bool(REFUSED.fullmatch(message.command)) and message.command not in NO_END)


def _answers(message: irc.Message, token: str, *, is_asking: bool) -> bool:
    """Whether it answers this PING of ours: a server that gets PONG wrong, or has no PING, has answered, too."""
    if is_asking or message.command == "PONG":
        return message.command == "PONG" and (token in message.params or not is_asking)
    return message.command in ("409", "421", "451", "461") and any(p in ("PING", token) for p in message.params)


def _cut_line(came: bytearray) -> bytes | None:
    """Takes the first line, if its end has come; the end is not part of it."""
    end = came.find(b"\n")
    if end < 0:
        return None
    line = bytes(came[:end]).removesuffix(b"\r")
    del came[: end + 1]
    return line
