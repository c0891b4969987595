"""The lab's server as a client under test meets it over UDP: what it hears and says, over a link that may be bad."""

from __future__ import annotations

import errno
import itertools
import socket
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from grader.check import Disturbed, Unmet
from grader.patience import Patience
from grader.peers.link import Direction, Fate, Faults, good
from grader.peers.run import Run
from grader.peers.watch import Watch
from grader.sandbox.workspace import Workspace
from grader.wording import count, datagram_text, shown

HOSTS = ("127.0.0.1", "::1")  # what `localhost` may stand for
LARGEST = 65_535  # bytes of a datagram of UDP
SOON = 2.0  # seconds, longer than any client waits before it repeats
REST = 0.5  # seconds for what else may come, when something wrong has
FLOOD = 20_000  # datagrams in one conversation: a client that sends more is not waited for
AT_ONCE = 256  # datagrams that are read before they are answered
STREAM = 0.005  # seconds between two messages of somebody who talks and talks
FEWEST_TRIES, MOST_TRIES = 10, 30  # of a client that gives up after "20 tries"; the handout says that these are fine
FASTEST = 0.5  # seconds for all of them: 10 times 0.1 would be 1.0
LOGGED = 40  # of the datagrams that no check has asked for these are shown, the last ones
TRIES = 20  # to find a port that is free on all of HOSTS
NOTES = {Fate.LOST: "lost on purpose", Fate.REPEATED: "twice, on purpose", Fate.HELD: "held back on purpose"}


class Service(Protocol):
    """A server without sockets and clock, which the datagrams are for: reference.udp_chat.Chat."""

    def say(self, name: str, text: str, now: float) -> list[tuple[bytes, Hashable]]: ...
    def receive(self, datagram: bytes, sender: Hashable, now: float) -> list[tuple[bytes, Hashable]]: ...
    def due(self, now: float) -> list[tuple[bytes, Hashable]]: ...
    def next_due(self) -> float | None: ...


MakeService = Callable[[Callable[[str, str], None]], Service]  # of what is told who has said what


class Silence:
    """The service that never answers."""

    def __init__(self, heard: Callable[[str, str], None]):
        """Whoever says something, nobody is told."""

    def say(self, name: str, text: str, now: float) -> list[tuple[bytes, Hashable]]:
        """Nothing."""
        return []

    def receive(self, datagram: bytes, sender: Hashable, now: float) -> list[tuple[bytes, Hashable]]:
        """Nothing."""
        return []

    def due(self, now: float) -> list[tuple[bytes, Hashable]]:
        """Nothing."""
        return []

    def next_due(self) -> float | None:
        """Never."""
        return None


class Datagrams:
    """The server's end of a conversation. A client under test is whoever sends the first datagram.

    run   the client's, once it is started
    """

    run: Run

    def __init__(
        self,
        service: MakeService,
        workspace: Workspace,
        watch: Watch,
        *,
        faults: Faults,
        steps: list[str],
        patience: Patience,
    ):
        self._said: Counter[tuple[str, str]] = Counter()  # (name, text)
        self._service = service(self._note)
        self._workspace = workspace
        self._watch = watch
        self.steps = steps
        self._patience = patience
        self._sockets = _bound(workspace)
        self._client: tuple[socket.socket, tuple] | None = None
        self._heard: Counter[bytes] = Counter()
        self._heard_at: dict[bytes, tuple[float, float]] = {}  # for the first time, and the last
        self._came = 0
        self.has_answered = False  # what the client was to hear
        self._unlogged: list[tuple[bytes | None, str]] = []
        self._link(faults)
        for bound in self._sockets:
            watch.add(bound, lambda bound=bound: self._take(bound))
        watch.add_timer(lambda: self._service.next_due(), lambda: self._send(self._service.due(time.monotonic())))

    @property
    def port(self) -> int:
        """Where the client is to find it."""
        return self._sockets[0].getsockname()[1]

    def has(self, name: str) -> None:
        """Somebody else is there by this name."""
        self.steps.append(f"{name} is there already")
        self._service.receive(f"HELLO {name}".encode(), name, time.monotonic())

    def says(self, name: str, text: str) -> None:
        """Somebody else says something, which the server tells the client until it answers."""
        self._send(self._service.say(name, text, time.monotonic()))

    @contextmanager
    def streaming(self, name: str) -> Iterator[None]:
        """Meanwhile somebody else says one thing after the other."""
        self.steps.append(f"{name} talks and talks")
        numbers, due = itertools.count(1), [time.monotonic()]

        def talk() -> None:
            due[0] = time.monotonic() + STREAM
            self.says(name, f"talk {next(numbers)}")

        timer = self._watch.add_timer(lambda: due[0], talk)
        yield
        self._watch.remove_timer(timer)

    def falls_silent(self) -> None:
        """From now on, nothing is answered."""
        self.steps.append("the server falls silent")
        self._service = Silence(self._note)

    def has_a_good_link_from_now_on(self) -> None:
        """From now on nothing is lost; what was held back arrives."""
        self.steps.append("from now on the link is good")
        incoming, outgoing = self._in, self._out
        self._link(good)
        for datagram in incoming.release():
            self._answer(datagram)
        for datagram in outgoing.release():
            self._transmit(datagram)

    def hears(self, text: str, times: int = 1) -> None:
        """The client sends this, so many times in all; each time it may take as long as an answer."""
        wanted = text.encode()
        while self._heard[wanted] < times:
            before, known = self._heard[wanted], set(self._heard)
            deadline = self._patience.for_start() if before else self._patience.for_answer()
            if not self._watch.until(lambda: self._heard[wanted] > before or self._is_wrong(wanted, known), deadline):  # noqa: B023
                self._patience.ran_out()
            if self._heard[wanted] == before:
                self._watch.until(lambda: self._heard[wanted] > before, time.monotonic() + REST)  # noqa: B023
            if self._heard[wanted] == before:
                raise self._not_heard(wanted, before, known)
        self._log_until(wanted, times)

    def heard(self, text: str) -> int:
        """How often the client has sent this so far."""
        return self._heard[text.encode()]

    def heard_at_most(self, most: int, *texts: str) -> None:
        """The client has sent these no more often, all together."""
        times = sum(map(self.heard, texts))
        if times > most:
            self.log_all()
            wanted = f"at most {count(most, 'datagram')} of {', '.join(map(repr, texts))}"
            raise Unmet(wanted, f"there were {times:,}")

    def heard_nothing_like(self, part: str) -> None:
        """The client has sent nothing in which this stands."""
        found = next((datagram for datagram in self._heard if part.encode() in datagram), None)
        if found is not None:
            self.log_all()
            raise Unmet("nothing of it from the client", f"{shown(found)} came")

    def does_not_hear(self, text: str, *, before: str, times: int) -> None:
        """The client does not send this before it has sent something else so many times, or waits for its screen."""
        unwanted, other = text.encode(), before.encode()
        while not self._heard[unwanted] and self._heard[other] < times:
            known = self._heard[other]
            if not self._watch.until(lambda: self._heard[unwanted] or self._heard[other] > known, self._soon()):  # noqa: B023
                break
        if self._heard[unwanted] and self.run.terminal.is_waited_for:
            self.log_all()
            raise Unmet(f"no {shown(unwanted)} before the message is on the screen", "it came")

    def has_heard_each_once(self, name: str, texts: Iterable[str]) -> None:
        """The client has said each of these, as the server understands it, and none of them twice."""
        missing = set(texts)
        while missing := {text for text in missing if not self._said[name, text]}:
            before = self._said.total()
            if not self._watch.until(lambda: self._said.total() > before, self._patience.for_start()):  # noqa: B023
                self._patience.ran_out()
                self.log_all()
                raise self.run.unmet(f"each line to arrive, also {sorted(missing)[0]!r}", "it never did")
        twice = next((text for (who, text), times in self._said.items() if who == name and times > 1), None)
        if twice is not None:
            self.log_all()
            raise self.run.unmet(f"{twice!r} once", f"it was said {self._said[name, twice]} times")

    def is_given_up(self, text: str) -> None:
        """The client sends this so many times as it should, gives up, and says so."""
        datagram = text.encode()
        wanted = f"{shown(datagram)} 20 times, and then a sentence on standard error and the end of the program"
        while self.run.exit_status() is None:
            tries = self._heard[datagram]
            if tries > MOST_TRIES:
                self.log_all()
                raise self.run.unmet(wanted, f"it came {tries} times, and the program goes on")
            over = lambda: self.run.exit_status() is not None or self._heard[datagram] > tries  # noqa: B023, E731
            if not self._watch.until(over, self._patience.for_start()):
                self._patience.ran_out()
                self.log_all()
                raise self.run.unmet(wanted, f"it came {count(tries, 'time')}, and the program still runs")
        self._log_until(datagram, self._heard[datagram])
        tries, (first, last) = self._heard[datagram], self._heard_at.get(datagram, (0.0, 0.0))
        if tries < FEWEST_TRIES or last - first < FASTEST:
            quickly = "" if tries < FEWEST_TRIES else " in less than half a second"
            raise self.run.unmet(wanted, f"it gave up after {count(tries, 'time')}{quickly}")
        self.run.explains_itself(self.run.since)

    def sends(self, *texts: str | bytes) -> None:
        """Says this to the client, whatever the service would say."""
        for text in texts:
            datagram = text.encode() if isinstance(text, str) else text
            self.steps.append(self._line("<", datagram))
            self._transmit(datagram)

    def stranger(self, name: str) -> Stranger:
        """Somebody at another address, who knows the client's."""
        return Stranger(name, self._client, self._workspace, self.steps)

    def log_all(self) -> None:
        """Puts what has not been asked for into the transcript, too: something in it may explain a failure."""
        more = len(self._unlogged) - LOGGED
        if more > 0:
            self.steps.append(f"... {count(more, 'datagram')} before these")
        for _, line in self._unlogged[max(0, more) :]:
            self._log(line)
        self._unlogged.clear()

    def close(self) -> None:
        """Nobody hears the client any more."""
        for bound in self._sockets:
            with suppress(KeyError):
                self._watch.remove(bound)
            bound.close()

    def _soon(self) -> float:
        """Until when one waits for what may rightly not come: a client may be waiting for its screen."""
        return time.monotonic() + SOON

    def _take(self, bound: socket.socket) -> None:
        """Reads what is there before it answers: what a client has sent before it could know the answer."""
        came = []
        with suppress(BlockingIOError):
            while len(came) < AT_ONCE:
                came.append(bound.recvfrom(LARGEST))
        for datagram, address in came:
            self._client = self._client or (bound, address)
            if self._client == (bound, address) and self._came < FLOOD:
                self._receive(datagram)

    def _receive(self, datagram: bytes) -> None:
        now = time.monotonic()
        self._heard[datagram] += 1
        self._heard_at[datagram] = (self._heard_at.get(datagram, (now, now))[0], now)
        self._came += 1
        carried = self._in.carries(datagram)
        self._unlogged.append((datagram, self._line(">", datagram, carried.fate)))
        for each in carried.out:
            self._answer(each)

    def _answer(self, datagram: bytes) -> None:
        self._send(self._service.receive(datagram, self._client, time.monotonic()))

    def _note(self, name: str, text: str) -> None:
        self._said[name, text] += 1

    def _link(self, faults: Faults) -> None:
        self._in, self._out = (Direction(faults, 1, sign) for sign in "><")

    def _send(self, replies: Iterable[tuple[bytes, Hashable]]) -> None:
        for datagram, receiver in replies:
            if receiver != self._client:  # somebody whom the check has made up
                continue
            carried = self._out.carries(datagram)
            self._unlogged.append((None, self._line("<", datagram, carried.fate)))
            for each in carried.out:
                self.has_answered = True
                self._transmit(each)

    def _transmit(self, datagram: bytes) -> None:
        bound, address = self._client
        with suppress(OSError):  # it has ended: that is seen elsewhere
            bound.sendto(datagram, address)

    def _is_wrong(self, wanted: bytes, known: set[bytes]) -> bool:
        """Whether what is to come cannot come any more: something else has in its place, or the client has ended."""
        if self.run.exit_status() is not None:
            return True
        verb = wanted.partition(b" ")[0]
        return any(other.partition(b" ")[0] == verb for other in self._heard if other not in known and other != wanted)

    def _not_heard(self, wanted: bytes, before: int, known: set[bytes]) -> Unmet:
        new = [datagram for datagram in self._heard if datagram not in known]
        self.log_all()
        again = "the same datagram again: " if before else ""
        status = self.run.exit_status()
        if status is not None:
            came = f"the program ended with status {status}{self.run.reason()}"
        elif self._came >= FLOOD:
            came = f"there were more than {count(FLOOD, 'datagram')}, and not this one"
        elif new:
            came = f"{shown(new[-1])} came"
        else:
            came = "none came" if before else "nothing came"
        return self.run.unmet(f"{again}{shown(wanted)} from the client", came)

    def _line(self, sign: str, datagram: bytes, fate: Fate = Fate.PASSED) -> str:
        note = f"        ({NOTES[fate]})" if fate in NOTES else ""
        return f"client {sign} {datagram_text(datagram)}{note}"

    def _log(self, line: str) -> None:
        if not self.steps or self.steps[-1] not in (line, f"{line}  (again)"):
            self.steps.append(line)
        elif not self.steps[-1].endswith("(again)"):
            self.steps[-1] = f"{line}  (again)"

    def _log_until(self, wanted: bytes, times: int) -> None:
        """Puts into the transcript what has come until the wanted datagram, and what it was answered."""
        places = [place for place, (datagram, _) in enumerate(self._unlogged) if datagram == wanted][:times]
        last = places[-1] + 1 if places else 0
        while last < len(self._unlogged) and self._unlogged[last][0] is None:
            last += 1
        for _, line in self._unlogged[:last]:
            self._log(line)
        del self._unlogged[:last]


class Stranger:
    """Somebody who is not the server, and talks to the client."""

    def __init__(self, name: str, client: tuple[socket.socket, tuple], workspace: Workspace, steps: list[str]):
        self._name = name
        self._client = client
        self._workspace = workspace
        self.steps = steps

    def sends(self, *texts: str) -> None:
        """Sends this from another port of the server's machine."""
        bound, address = self._client
        with self._workspace.datagram_socket(bound.getsockname()[0]) as own:
            for text in texts:
                self.steps.append(f"{self._name} (another address) > client: {text}")
                own.sendto(text.encode(), address)


def _bound(workspace: Workspace) -> list[socket.socket]:
    """Sockets on the same port of all addresses that `localhost` may stand for."""
    hosts = [host for host in HOSTS if workspace.has_address(host)]
    for _ in range(TRIES):
        first = workspace.datagram_socket(hosts[0])
        try:
            sockets = [first, *(workspace.datagram_socket(host, first.getsockname()[1]) for host in hosts[1:])]
        except OSError as error:
            first.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            for bound in sockets:
                bound.setblocking(False)
            return sockets
    raise Disturbed("no UDP port is free on this machine")
