"""One start of a server of week 6, which chooses its port itself: where it listens, and how it uses the processor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

import psutil

from grader.patience import Patience
from grader.peers.run import SAID_CHARACTERS, Run
from grader.sandbox.listeners import Listener
from grader.sandbox.processes import below
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace
from grader.wording import ended

POLL = 0.004  # seconds between two looks at a starting program: the kernel sends no event when a port opens
REACHED_AS_LOCALHOST = ("127.0.0.1", "::1", "0.0.0.0", "::")
OWN_THREADS = 16  # that a language may start by itself, while a program runs
REST, RESTLESS = 0.5, 0.2  # seconds that are looked at, and seconds of computing in them that are no rest


class RelayRun(Run):
    """The program; `host` and `port` are where a client is to find it, once it listens."""

    subject = "server"
    host, port = "localhost", 0

    def __init__(
        self,
        workspace: Workspace,
        program: str,
        arguments: tuple[str, ...],
        *,
        steps: list[str],
        patience: Patience,
        names: dict[int, str] | None = None,
        terminal: Terminal | None = None,
    ):
        more = {"names": names or {}, "steps": steps, "patience": patience, "terminal": terminal}
        super().__init__(workspace, program, arguments, **more)

    def listens(self) -> None:
        """It listens somewhere: seen from outside, without a connection."""
        wanted, deadline = "a server that listens for clients", self._patience.for_start()
        while not (places := self.program.listeners()):
            if (status := self.exit_status(POLL)) is not None:
                raise self.unmet(wanted, f"the program {ended(status)} before anybody could connect{self.reason()}")
            if deadline.is_over:
                self._patience.ran_out(deadline)
                raise self.unmet(wanted, "it listens on no port, and still runs")
        place = next((place for place in places if self._has_printed(place.port)), places[0])
        self._found_at(place)
        self._steps.append("server listens")

    def prints_its_port(self) -> None:
        """On its screen stands the number of the port where it listens, behind the word `port`."""
        deadline = self._patience.for_answer()
        while not self._has_printed(self.port):
            status = self.exit_status(POLL)
            if deadline.is_over or status is not None:
                lines = [line for line in self._printed().splitlines() if line.strip()]
                came = f"the last line is {self.neutral(lines[-1])[:SAID_CHARACTERS]!r}" if lines else "it is empty"
                raise self.unmet("`port` and its number in a line of the server's screen", came)
        self._steps.append("server prints its port")

    def threads(self) -> int:
        """How many threads the program has, in all of its processes."""
        found = 0
        for process in self._each():
            with suppress(psutil.Error):
                found += process.num_threads()
        return found

    def has_started_no_threads(self, before: int) -> None:
        """It has about as many threads as before: a few are those of its language (of asyncio, which looks up a host in
        a thread; of Node), and not those of its clients."""
        more = self.threads() - before
        if more > OWN_THREADS:
            wanted = "the server to serve all of them with one thread"
            raise self.unmet(wanted, f"it has started {more} threads or processes")
        self._steps.append("server has started no threads for them")

    def rests(self) -> None:
        """For a moment, while nothing happens, it does not compute."""
        before, deadline = self._computed(), self._patience.within(REST)
        while not deadline.is_over and self.exit_status(deadline.turn) is None:
            pass
        if self._computed() - before > RESTLESS:
            raise self.unmet("the server to rest while nothing happens", "it keeps the processor busy all the time")
        self._steps.append("nothing happens, and the server rests")

    def is_disturbed(self) -> bool:
        """Whether the port is another program's by now."""
        return self.port != 0 and self._workspace.intruder_on(self.port)

    def goes_on(self) -> str:
        """What proves at once that it does not give up; nothing while nothing does."""
        return "it listens for clients" if self.program.listeners() else ""

    def _found_at(self, place: Listener) -> None:
        host = place.host.removeprefix("::ffff:")
        self.host = "localhost" if host in REACHED_AS_LOCALHOST else host
        self.port = place.port
        self.names[place.port] = "PORT"

    def _has_printed(self, port: int) -> bool:
        return bool(re.search(rf"(?i)port.*(?<!\d){port}(?!\d)", self._printed()))

    def _printed(self) -> str:
        return "\n".join(self.program.said())

    def _each(self) -> Iterable[psutil.Process]:
        main = self.program.main()
        for pid in [main, *below(main)] if main else []:
            with suppress(psutil.Error):  # it has just gone
                yield psutil.Process(pid)

    def _computed(self) -> float:
        """Seconds of a processor that it has used so far."""
        spent = 0.0
        for process in self._each():
            with suppress(psutil.Error):
                spent += sum(process.cpu_times()[:2])
        return spent
