"""The program under test as the server of week 6, and its clients."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.relay.run import RelayRun
from grader.peers.server_run import LOCAL
from grader.peers.stream import Stream
from grader.peers.stream_server import StreamServer
from grader.sandbox.workspace import Workspace
from grader.wire import relay_chat as wire
from grader.wording import shown

FREED = 2.0  # seconds for a server to notice that somebody has gone
MEBIBYTE = 1024 * 1024
LINE = 50_001  # bytes of the lines of a flood, with their ends: odd, so that the last one fits only in part
FILLING = b"xxxxxxxx"  # which is in each piece of such a line
MOST = 16  # MiB that wait for a client who never reads: more than a kernel keeps, and than any server should
LOOK = 0.05  # seconds between two tries to get a name back


@dataclass(frozen=True)
class RelayServer:
    """A server that a student wrote, started as `PROGRAM`; it chooses its port itself."""

    program: str

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self.program, workspace, patience)


class Member(Stream):
    """alice, bob or carol, who talk in lines."""

    def __init__(self, *arguments: object, **more: object):
        super().__init__(*arguments, **more)
        self._own: set[bytes] = set()  # lines, which should not come back
        self._last = b""

    def registers(self) -> None:
        """She registers by her name, and is told that she has."""
        self.sends(wire.register(self.name))
        self.is_told(wire.REGISTERED)

    def is_told(self, *codes: int) -> int:
        """The next line is one of these answers to a registration; the number counts, not the words: which it is."""
        wanted = f"{self.name} to be told {shown(wire.answer(codes[0]))}"
        if (code := wire.read_answer(line := self._next_line(wanted))) not in codes:
            raise Unmet(wanted, f"{shown(line)} came")
        return code

    def is_refused(self, code: int, *first: bytes) -> None:
        """What she sends first gets this answer, and the connection ends."""
        self.sends(b"".join(first) or wire.register(self.name))
        self.is_told(code)
        self.sees_the_end()

    def says(self, *texts: str) -> None:
        """She says these, all in one segment."""
        lines = [self.said(text) for text in texts]
        self._own.update(lines)
        self.sends(b"".join(lines))

    def said(self, text: str) -> bytes:
        """The line in which she says this."""
        return wire.message(self.name, f"{text} {self._mark}".rstrip())

    def leaves(self) -> None:
        """She says DISCONNECT, and the server ends her connection."""
        self.sends(wire.disconnect(self.name))
        self.sees_the_end()

    def hears(self, member: Member, *texts: str) -> None:
        """She gets what somebody else has said, byte for byte, line after line."""
        for text in texts:
            self.gets(member.said(text))

    def hears_next(self, member: Member, text: str) -> None:
        """She gets what somebody else has said, and nothing of anybody else's before it."""
        self.gets_next(member.said(text))

    def hears_nothing_but(self, member: Member, text: str) -> None:
        """The next line is what somebody else has said, and not another one, be it her own or one that she has."""
        line = member.said(text)
        came = self._next_line(wanted := f"{self.name} to receive {shown(line)} and nothing before it")
        if came in self._own:
            raise Unmet(wanted, "her own line came back to her")
        if came == self._last != line:
            raise Unmet(wanted, f"{shown(came)} came once more")
        if came != line:
            raise _another_line(wanted, line, came)
        self._last = line

    def gets(self, line: bytes) -> None:
        """She gets this line, byte for byte. What else may come before it (what nobody has said, her own lines, one
        that comes twice) is for another check."""
        wanted, strange = f"{self.name} to receive {shown(line)}", b""
        while (came := self._next_line(wanted, instead=strange)) != line:
            if self._mark.encode() in came and self._is_news(came):
                raise _another_line(wanted, line, came)
            strange = came
        self._last = line

    def gets_next(self, line: bytes) -> None:
        """The same, with nothing before it but her own lines, or one that comes twice."""
        wanted = f"{self.name} to receive {shown(line)} and nothing before it"
        while (came := self._next_line(wanted)) != line:
            if self._is_news(came):
                raise _another_line(wanted, line, came)
        self._last = line

    def _is_news(self, line: bytes) -> bool:
        """Whether she has neither said it nor got it just before."""
        return line != self._last and not line.startswith(wire.message(self.name, "").rstrip(b"\n"))

    def pours(self, listener: Member) -> None:
        """She says a long line, without a word in the transcript, and somebody gets it."""
        self._transmit(line := self.long_line())
        while (came := listener._take(_line)) != line:
            if came is None:
                how = "before the connection ended" if listener.is_over else "although the connection is open"
                wanted = f"{listener.name} to get all that {self.name} says"
                raise Unmet(wanted, f"after a while no more of it came {how}")

    def catches_up(self, speaker: Member, number: int, last: str) -> None:
        """She reads at last, and gets so many long lines, and this one; unless the server has let her go meanwhile."""
        wanted = f"{self.name} to get, late, all that {speaker.name} has said"
        long, end, found = speaker.long_line(), speaker.said(last), 0
        while (line := self._take(_line)) not in (end, None):
            found += line == long
            if line != long and FILLING in line:
                raise Unmet(wanted, "pieces of the lines are missing")
        if line is None and not self.is_over:
            raise Unmet(wanted, "the end of it never comes, and the connection is open")
        if line == end and found != number:
            raise Unmet(wanted, "some of the lines are missing")
        self._steps.append(f"{self.name} reads, and gets it all" if line else f"{self.name} has been let go")

    def long_line(self) -> bytes:
        """A long line in which she says something."""
        return self.said("x" * (LINE - len(self.said(""))))

    def _next_line(self, wanted: str, instead: bytes = b"") -> bytes:
        """instead: what has come already, and was something else."""
        if (line := self._take(_line)) is None:
            raise Unmet(wanted, f"{shown(instead)} came" if instead else self._nothing())
        self._steps.append(f"{self.name} < {shown(line)}")
        return line


class Server(StreamServer[Member]):
    """What a conversation calls `server`."""

    speaks = Member

    def joins(self, name: str) -> Member:
        """A client connects, registers, and is told so."""
        member = self.connect(name)
        member.registers()
        return member

    def joins_again(self, name: str) -> Member:
        """The same for a name that somebody had who has gone; a moment later, if the server has not noticed yet."""
        deadline, before = self._patience.within(FREED), len(self.steps)
        while True:
            member = self.connect(name)
            member.sends(wire.register(name))
            may_be_told = (wire.REGISTERED,) if deadline.is_over else (wire.REGISTERED, wire.TAKEN)
            if member.is_told(*may_be_told) == wire.REGISTERED:
                return member
            del self.steps[before:]
            self._run.exit_status(LOOK)  # nothing tells when a server has noticed

    def crowd(self, number: int) -> list[Member]:
        """So many clients, who register one after the other."""
        with self._in_short(f"{number} clients connect and register: client_1x, client_2x ..."):
            return [self.joins(f"client_{each}x") for each in range(1, number + 1)]

    def all_hear(self, crowd: list[Member], member: Member, text: str) -> None:
        """Each of them gets what somebody has said."""
        with self._in_short(f"{len(crowd)} clients < {shown(member.said(text))}"):
            for other in crowd:
                other.hears(member, text)

    def pours(self, number: int, speaker: Member, listener: Member) -> None:
        """Somebody says so many long lines, and somebody gets them one by one."""
        self.steps.append(f"{speaker.name} > {shown(speaker.long_line())}        ({number} times)")
        for _ in range(number):
            speaker.pours(listener)
        self.steps.append(f"{listener.name} gets it all")

    def lets_go(self, name: str, speaker: Member, listener: Member) -> None:
        """While others go on, the server gives up a client who never reads: the name is free."""
        self.steps.append(f"{speaker.name} goes on, and {listener.name} gets it")
        before = len(self.steps)
        for _ in range(MOST):
            self.pours(MEBIBYTE // LINE, speaker, listener)
            stranger = self.connect(name)
            stranger.sends(wire.register(name))
            code = stranger.is_told(wire.REGISTERED, wire.TAKEN)
            del self.steps[before:]
            if code == wire.REGISTERED:
                self.steps.append(f"{name} is not registered any more")
                return
        raise Unmet(f"the server to end the connection of {name}, who never reads", f"{name} is still registered")

    def prints_its_port(self) -> None:
        """The server says where it listens."""
        self._listening().prints_its_port()

    def rests(self) -> None:
        """The server does not compute while nothing happens."""
        self._run.rests()

    @contextmanager
    def starts_no_threads(self) -> Iterator[None]:
        """At the end of this the server has about as many threads, and processes, as at the beginning."""
        threads = self._listening().threads()
        yield
        self._run.has_started_no_threads(threads)

    def says_goodbye(self, number: signal.Signals, *members: Member) -> None:
        """The server gets a signal: it says DISCONNECT to these clients, and ends with status 0."""
        self.stops(number)
        for member in members:
            member.gets(wire.goodbye())
            member.sees_the_end()
        self.ends_with(0)

    @contextmanager
    def on_a_taken_port(self) -> Iterator[RelayRun]:
        """A new run, which is asked to use a port where another program listens already."""
        port = self._free_port()
        with ExitStack() as others:
            for host in LOCAL:
                if self._workspace.has_address(host):
                    others.enter_context(self._workspace.occupy(host, port))
            self.steps.append("another program listens on localhost PORT")
            yield self._launch(("--port", str(port)), port)

    @contextmanager
    def _in_short(self, story: str) -> Iterator[None]:
        """What happens meanwhile stands in the transcript as this, unless it ends in a failure."""
        before = len(self.steps)
        yield
        self.steps[before:] = [story] if story else []

    def _start(self, host: str) -> RelayRun:
        return self._launch((), 0)

    def _launch(self, arguments: tuple[str, ...], port: int) -> RelayRun:
        names = {port: "PORT"} if str(port) in arguments else {}
        run = RelayRun(
            self._workspace, self._program, arguments, names=names, steps=self.steps, patience=self._patience
        )
        self._kept.callback(run.program.end)
        self._run = run
        self._runs.append(run)
        return run


def _line(came: bytearray) -> bytes | None:
    """The first line of what has come, with its end, taken away from it; empty lines are nobody's loss."""
    while (end := came.find(b"\n")) >= 0:
        line = bytes(came[: end + 1])
        del came[: end + 1]
        if line != b"\n":
            return line
    return None


def _another_line(wanted: str, line: bytes, came: bytes) -> Unmet:
    if came.strip(b"\r\n") == line.strip(b"\r\n"):
        return Unmet(wanted, f"it came with the end {shown(came[len(came.rstrip()) :])}")
    return Unmet(wanted, f"{shown(came)} came")
