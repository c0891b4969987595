"""The program under test as the chat server of week 7, whose messages are lines."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers.stream import Stream
from grader.peers.stream_server import StreamServer
from grader.sandbox.workspace import Workspace
from grader.wire import line_chat as wire
from grader.wording import count, shown

SPOKEN = frozenset({b"TELL", b"ALL", b"ROOM", b"PING", b"FROM", b"PONG"})  # what these carry ends in a text
LISTS = frozenset({b"USERS", b"MEMBERS"})  # notices that may be the answer to what was to be refused
SETTLED = "have I had it all?"
TOLD_AT_ONCE = 400  # lines, of this many bytes:
TOLD_BYTES = 500
TOLD_LINES = 24_000  # in all: 12 MB are more than the system keeps for whoever does not read (tcp(7)), and 1 MiB
SMALL = 4096  # bytes of a buffer for what comes


@dataclass(frozen=True)
class LineServer:
    """A chat server that a student wrote, started as `PROGRAM HOST PORT`."""

    program: str

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self.program, workspace, patience)


class Client(Stream):
    """alice, bob or carol in the chat. Texts that she says and hears end in a word that no program can know."""

    def __init__(self, name: str, connection: socket.socket, **more: object):
        super().__init__(name, connection, **more)
        self.ends_in_return = False  # whether a line of the server had \r before its end
        self._is_deaf = False
        self._lists_owed = 0  # by what was answered with OK; less than 0: one came that nobody was to get
        self._notices: Counter[bytes] = Counter()  # the notices that came
        self._passed: list[bytes] = []  # those that came before what was waited for, since she spoke last

    def says(self, *lines: str) -> None:
        """Sends these lines, in one segment."""
        self._passed.clear()
        self.sends(b"".join(self._as_line(line) + b"\n" for line in lines))

    def says_byte_by_byte(self, *lines: str) -> None:
        """Sends these lines, in pieces of one byte: each after the server has read the one before."""
        self._passed.clear()
        self.sends_byte_by_byte(b"".join(self._as_line(line) + b"\n" for line in lines))

    def logs_in(self) -> None:
        """Logs in with her name, which is taken."""
        self.says(f"LOGIN {self.name}")
        self.gets(f"OK LOGIN {self.name}")

    def gets(self, *lines: str | bytes) -> None:
        """The answers that come next are these. What the server tells besides (who comes and goes, lists of names) is
        passed over, unless it is what is waited for."""
        for line in lines:
            wanted = self._as_line(line)
            if (came := self._next_answer(wanted)) != wanted:
                raise self._unmet(shown(wanted), came, wanted)

    def gets_just(self, *lines: str | bytes) -> None:
        """The lines that come next are these, whatever they are."""
        for line in lines:
            wanted = self._as_line(line)
            if (came := self._next_line()) != wanted:
                raise self._unmet(f"{shown(wanted)} next", came)

    def does(self, *lines: str) -> None:
        """Says each of these, and gets the same with OK before it."""
        for line in lines:
            self.says(line)
            self.gets(f"OK {line}")

    def is_refused(self, code: int, *lines: str | bytes) -> None:
        """Each of these lines, as it is, is answered by ERR and this code."""
        for line in lines:
            self._passed.clear()
            self.sends((line if isinstance(line, bytes) else line.encode()) + b"\n")
            self.gets_error(code)

    def gets_error(self, code: int) -> bytes:
        """The answer that comes next is ERR and this code: that answer."""
        came = self._next_answer(b"")
        if came is None or wire.error_code(came) != code:
            if came is None and self._lists_owed < 0:
                came = next((line for line in self._passed if wire.word(line) in LISTS), None)
            raise self._unmet(f"'ERR {code}' and a sentence", came)
        return came

    def is_told_why(self, code: int, line: str) -> None:
        """This line is answered by ERR, this code, and a sentence."""
        self.sends(f"{line}\n".encode())
        if not wire.sentence(came := self.gets_error(code)):
            raise self._unmet(f"'ERR {code}' and a sentence that says why", came)

    def is_told(self, notice: str) -> None:
        """This has come to her, or comes next."""
        if not self._notices[notice.encode()]:
            self.gets(notice)

    def was_told(self, times: int, notice: str) -> None:
        """This has come to her so many times by now."""
        if (found := self._notices[notice.encode()]) != times:
            came = f"it came {count(found, 'time')}"
            raise Unmet(f"{self.name} to be told {notice!r} {count(times, 'time')}", came)

    def settles(self) -> None:
        """Whatever the server owed her has come by the answer to this; that it is unknown is an answer, too, and what
        PONG says is not looked at here."""
        self.says(f"PING {SETTLED}")
        came, wanted = self._next_answer(b""), self._as_line(f"PONG {SETTLED}")
        if came is None or (wire.word(came) != b"PONG" and wire.error_code(came) not in (401, 405)):
            raise self._unmet(shown(wanted), came)

    def had_plain_line_ends(self) -> None:
        """No line of the server so far had a carriage return at its end."""
        if self.ends_in_return:
            raise Unmet("lines of the server to end in '\\n' alone", "they end in '\\r\\n'")

    def stops_reading(self) -> None:
        """From now on she takes nothing of what she is sent."""
        self._steps.append(f"{self.name} does not read any more")
        self._is_deaf = True
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)

    def close(self, deadline: Deadline | None = None) -> None:
        """Hangs up without a word. Who has not read would have to read all of it first."""
        super().close(None if self._is_deaf else deadline)

    def tells_much(self, to: str) -> None:
        """Tells somebody who does not read one line after the other, until she is let go, or 12 MB were told."""
        line = f"TELL {to} ".encode().ljust(TOLD_BYTES, b"x") + b"\n"
        most = count(TOLD_LINES, "time")
        self._steps.append(f"{self.name} > {shown(line)}        (again and again, {most} at most)")
        for _ in range(TOLD_LINES // TOLD_AT_ONCE):
            self._transmit(line * TOLD_AT_ONCE)
            if not sum(self._is_told_ok() for _ in range(TOLD_AT_ONCE)):
                break

    def sends_many_pings(self, number: int) -> None:
        """Sends so many commands at once, and gets so many answers in their order; less than 1 MiB of them."""
        self._steps.append(f"{self.name} > b'PING 0\\nPING 1\\n ...'        ({count(number, 'command')} at once)")
        self._transmit(b"".join(b"PING %d\n" % (each % 10) for each in range(number)))
        for each in range(number):
            if (came := self._next_answer(b"", silently=True)) != b"PONG %d" % (each % 10):
                raise self._unmet(f"b'PONG {each % 10}' as answer number {each + 1:,}", came)
        self._steps.append(f"{self.name} < b'PONG 0' ...        ({count(number, 'answer')})")

    def _is_told_ok(self) -> bool:
        """Whether a TELL was answered by OK, and not by ERR, because she is not there any more."""
        came = self._next_answer(b"", silently=True)
        if came is None or (came != b"OK TELL" and wire.error_code(came) != 404):
            raise self._unmet("an answer to each TELL", came)
        return came == b"OK TELL"

    def _next_answer(self, wanted: bytes, *, silently: bool = False) -> bytes | None:
        """The next line that is no notice, or one of the kind that is waited for; None when none comes."""
        passed_over = wire.NOTICES - {wire.word(wanted)}
        while (line := self._next_line(silently=silently)) is not None and wire.word(line) in passed_over:
            self._passed.append(line)
        return line

    def _next_line(self, *, silently: bool = False) -> bytes | None:
        line = self._take(_cut_line)
        if line is None:
            return None
        self.ends_in_return |= line.endswith(b"\r")
        line = line.removesuffix(b"\r")
        self._notices[line] += wire.word(line) in wire.NOTICES
        self._lists_owed += line.startswith((b"OK LOGIN", b"OK JOIN")) - (wire.word(line) in LISTS)
        if not silently:
            self._steps.append(f"{self.name} < {shown(line)}")
        return line

    def _unmet(self, wanted: str, came: bytes | None, awaited: bytes = b"") -> Unmet:
        what = self._nothing() if came is None else f"{shown(came)} came"
        if came is None and awaited in self._passed:
            what = "it came too early, before what is to come first"
        return Unmet(f"{self.name} to get {wanted}", what)

    def _as_line(self, line: str | bytes) -> bytes:
        """A line of a check: what carries a text ends in the mark; bytes are as they are."""
        if isinstance(line, bytes):
            return line
        has_text = wire.word(line.encode()).upper() in SPOKEN and self._mark
        return (f"{line} {self._mark}" if has_text else line).encode()


class Server(StreamServer[Client]):
    """What a conversation calls `server`."""

    speaks = Client

    def logged_in(self, *names: str) -> list[Client]:
        """Clients of these names, who connect and log in one after the other."""
        clients = []
        for name in names:
            clients.append(self.connect(name))
            clients[-1].logs_in()
        return clients

    def crowd(self, number: int) -> list[Client]:
        """So many clients, who log in at the same time."""
        crowd = self._many(number, lambda each: f"client_{each:03}")
        self.steps.append(f"{count(number, 'client')} connect and log in: client_001 ...")
        for client in crowd:
            client.says(f"LOGIN {client.name}")
        for client in crowd:
            client.gets(f"OK LOGIN {client.name}")
        return crowd

    def race(self, number: int, name: str) -> None:
        """So many clients ask for one name at the same time; one gets it."""
        crowd = self._many(number, lambda each: f"client_{each:03}")
        self.steps.append(f"{count(number, 'client')} say b'LOGIN {name}\\n' at the same time")
        for client in crowd:
            client.says(f"LOGIN {name}")
        answers = [client._next_answer(b"") for client in crowd]
        winners = answers.count(f"OK LOGIN {name}".encode())
        losers = sum(answer is not None and wire.error_code(answer) == 409 for answer in answers)
        if (winners, losers) != (1, number - 1):
            came = f"{count(winners, 'client')} got 'OK LOGIN {name}', and {losers} got 'ERR 409'"
            raise Unmet(f"one to get the name, and {number - 1} to get 'ERR 409'", came)
        self.steps.append("one gets the name")

    def _many(self, number: int, name: Callable[[int], str]) -> list[Client]:
        """So many clients; the transcript does not tell of each."""
        self._listening()
        story, self.steps = self.steps, []
        try:
            return [self.connect(name(each)) for each in range(1, number + 1)]
        finally:
            self.steps = story


def _cut_line(came: bytearray) -> bytes | None:
    """Takes the first line, if its end has come."""
    end = came.find(b"\n")
    if end < 0:
        return None
    line = bytes(came[:end])
    del came[: end + 1]
    return line
