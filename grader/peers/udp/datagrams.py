"""The server's end of a conversation over UDP: what comes and goes, over a link that may be bad."""

from __future__ import annotations

import errno
import socket
import time
from collections import Counter
from collections.abc import Hashable, Iterable
from contextlib import suppress

from grader.check import Disturbed
from grader.patience import Patience
from grader.peers.run import Run
from grader.peers.services import MakeService
from grader.peers.udp.link import Direction, Fate, Faults
from grader.peers.watch import Watch
from grader.sandbox.workspace import Workspace
from grader.wording import count, datagram_text

HOSTS = ("127.0.0.1", "::1")  # what `localhost` may stand for
LARGEST = 65_535  # bytes of a datagram of UDP
FLOOD = 20_000  # datagrams in one conversation: a client that sends more is not heard any more
FLOOD_BYTES = 8 * 1024 * 1024  # of them together, for they are kept: 20,000 large ones would be 1.3 GB
AT_ONCE = 256  # datagrams that are read before they are answered
LOGGED = 40  # of the datagrams that no check has asked for these are shown, the last ones
LOGGED_BEFORE = 200  # of those before one that a check has asked for
TRIES = 20  # to find a port that is free on all of HOSTS
NOTES = {Fate.LOST: "lost on purpose", Fate.REPEATED: "twice, on purpose", Fate.HELD: "held back on purpose"}


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
        self._answered: set[bytes] = set()
        self._just_answered: set[bytes] = set()
        self._needless: Counter[bytes] = Counter()  # what came again although it had been answered
        self._came = self._came_bytes = 0  # of whomever
        self.has_answered = False  # what the client was to hear
        self._unlogged: list[tuple[bytes | None, str]] = []
        self._logged = ("", 0)  # the last line, and how many times
        self._link(faults)
        for bound in self._sockets:
            watch.add(bound, lambda bound=bound: self._take(bound))
        watch.add_timer(lambda: self._service.next_due(), lambda: self._send(self._service.due(time.monotonic())))

    @property
    def port(self) -> int:
        """Where the client is to find it."""
        return self._sockets[0].getsockname()[1]

    @property
    def is_flooded(self) -> bool:
        """Whether so much has come that nobody listens any more."""
        return self._came >= FLOOD or self._came_bytes >= FLOOD_BYTES

    def log_all(self) -> None:
        """Puts what has not been asked for into the transcript, too: something in it may explain a failure."""
        self._log_first(len(self._unlogged), LOGGED)

    def close(self) -> None:
        """Nobody hears the client any more."""
        self._stop_listening()
        for bound in self._sockets:
            bound.close()

    def _take(self, bound: socket.socket) -> None:
        """Reads what is there before it answers: what a client has sent before it could know the answer."""
        came = []
        with suppress(BlockingIOError):
            while len(came) < AT_ONCE:
                with suppress(ConnectionError):  # Windows says so when the client has ended
                    came.append(bound.recvfrom(LARGEST))
        for datagram, address in came:
            if not self.has_answered:  # it may try one address of `localhost` after the other
                self._client = (bound, address)
            if self._client == (bound, address):
                self._receive(datagram)
        self._answered |= self._just_answered
        self._just_answered.clear()
        self._came += len(came)
        self._came_bytes += sum(len(datagram) for datagram, _ in came)
        if self.is_flooded:
            self._stop_listening()

    def _stop_listening(self) -> None:
        for bound in self._sockets:
            with suppress(KeyError):
                self._watch.remove(bound)

    def _receive(self, datagram: bytes) -> None:
        now = time.monotonic()
        self._heard[datagram] += 1
        self._heard_at[datagram] = (self._heard_at.get(datagram, (now, now))[0], now)
        carried = self._in.carries(datagram)
        self._unlogged.append((datagram, self._line(">", datagram, carried.fate)))
        self._needless[datagram] += datagram in self._answered
        for each in carried.out:
            self._just_answered.add(each)
            self._answer(each)

    def _answer(self, datagram: bytes) -> None:
        self._send(self._service.receive(datagram, self._client, time.monotonic()))

    def _note(self, name: str, text: str) -> None:
        self._said[name, text] += 1

    def _link(self, faults: Faults) -> None:
        mark = f" {self._workspace.token}".encode()  # the same is lost whatever the word is

        def unmarked(flow: int, sign: str, datagram: bytes, before: int) -> Fate:
            return faults(flow, sign, datagram.removesuffix(mark), before)

        self._in, self._out = (Direction(unmarked, 1, sign) for sign in "><")

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

    def _line(self, sign: str, datagram: bytes, fate: Fate = Fate.PASSED) -> str:
        note = f"        ({NOTES[fate]})" if fate in NOTES else ""
        return f"{self.run.subject} {sign} {datagram_text(datagram)}{note}"

    def _log(self, line: str) -> None:
        last, times = self._logged
        if line != last or self.steps[-1] != _repeated(last, times):
            self._logged = (line, 1)
            self.steps.append(line)
        else:
            self._logged = (line, times + 1)
            self.steps[-1] = _repeated(line, times + 1)

    def _log_until(self, wanted: bytes, times: int) -> None:
        """Puts into the transcript what has come until the wanted datagram, and what it was answered."""
        places = [place for place, (datagram, _) in enumerate(self._unlogged) if datagram == wanted][:times]
        last = places[-1] + 1 if places else 0
        while last < len(self._unlogged) and self._unlogged[last][0] is None:
            last += 1
        self._log_first(last, LOGGED_BEFORE)

    def _log_first(self, number: int, at_most: int) -> None:
        more = number - at_most
        if more > 0:
            self.steps.append(f"... {count(more, 'datagram')} before these")
        for _, line in self._unlogged[max(0, more) : number]:
            self._log(line)
        del self._unlogged[:number]


def _repeated(line: str, times: int) -> str:
    return line if times == 1 else f"{line}        ({times} times)"


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
