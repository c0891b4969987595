"""One start of a server that a student wrote: how it comes up, and where it listens."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping

from grader.check import Disturbed
from grader.patience import Patience
from grader.peers.run import LOOK_AROUND, Run
from grader.sandbox.listeners import Listener
from grader.sandbox.workspace import Workspace
from grader.wording import ended

POLL = 0.004  # seconds between two looks at a starting program: the kernel sends no event when a port opens
ELSEWHERE = 2.0  # seconds that it may listen somewhere else only, before it is told so
LOCAL = ("127.0.0.1", "::1")  # what `localhost` stands for


class ServerRun(Run):
    """The program, started with these arguments; `host` and `port` are where a client is to find it."""

    subject = "server"

    def __init__(
        self,
        workspace: Workspace,
        program: str,
        arguments: tuple[str, ...],
        *,
        port: int,
        steps: list[str],
        patience: Patience,
        environment: Mapping[str, str] | None = None,
    ):
        more = {"names": {port: "PORT"}, "steps": steps, "patience": patience, "environment": environment}
        super().__init__(workspace, program, arguments, **more)
        self.host = arguments[0] if arguments else "localhost"
        self.port = port

    def listens(self) -> None:
        """It listens where it was told to: seen from outside, without a connection."""
        for _ in self._while_starting():
            if any(self._as_told(listener) for listener in self.program.listeners()):
                self._steps.append("server listens")
                return

    def connected(self) -> socket.socket:
        """The first connection, as soon as it is taken. One made only to look would use up a server for one client."""
        for _ in self._while_starting():
            try:
                connection = self._workspace.connect(self.host, self.port, seconds=1.0)
            except OSError:
                continue
            if not any(listener.port == self.port for listener in self.program.listeners()) and self.is_disturbed():
                connection.close()
                raise Disturbed("another program of this machine listens on the port")
            self._stays(connection)
            return connection
        raise AssertionError("waiting for a start ends in a connection or in Unmet")

    def is_disturbed(self) -> bool:
        """Whether the port, though nobody else was to use it, is another program's by now."""
        return self._workspace.intruder_on(self.port)

    def goes_on(self) -> str:
        """What proves at once that it does not give up; nothing while nothing does."""
        return "it listens for clients" if self.program.listeners() else ""

    def _while_starting(self) -> Iterator[None]:
        """Yields for another try until the program has ended, has listened elsewhere, or has used up its time."""
        wanted = f"a server that listens on {self.host} PORT"
        deadline = self._patience.for_start()
        next_look, seen_elsewhere = time.monotonic() + LOOK_AROUND, 0.0
        while True:
            yield
            if (status := self.program.exit_status(POLL)) is not None:
                raise self.unmet(wanted, f"the program {ended(status)} before anybody could connect{self.reason()}")
            now = time.monotonic()
            if deadline.is_over:
                self._patience.ran_out(deadline)
                elsewhere = self._elsewhere()
                raise self.unmet(wanted, f"it listens {elsewhere or 'on no port'}, and still runs")
            if now > next_look:
                next_look = now + LOOK_AROUND
                elsewhere = self._elsewhere()
                seen_elsewhere = (seen_elsewhere or now) if elsewhere else 0.0
                if elsewhere and now - seen_elsewhere > ELSEWHERE:
                    raise self.unmet(wanted, f"it listens {elsewhere}")

    def _stays(self, connection: socket.socket) -> None:
        """It waits for what the client says. The system takes connections also for a program that is just ending,
        which would make a matter of luck of who gets in."""
        deadline = time.monotonic() + ELSEWHERE
        while (status := self.program.exit_status(POLL)) is None:
            if self.program.is_waiting() or time.monotonic() > deadline:
                return
        try:
            connection.recv(1, socket.MSG_PEEK)  # data, or the end: it has taken the client, and was quick
        except OSError:
            connection.close()
            raise self.unmet(f"a server on {self.host} PORT", f"the program {ended(status)} without accept()") from None

    def _as_told(self, listener: Listener) -> bool:
        """Whether this is the address it was given, or one that includes it."""
        if listener.port != self.port:
            return False
        served = LOCAL if self.host == "localhost" else (self.host,)
        everywhere = ("::",) if ":" in self.host else ("::", "0.0.0.0")
        return listener.host.removeprefix("::ffff:") in (*served, *everywhere)

    def _elsewhere(self) -> str:
        """Where it listens, if that is not where it was told to; in words."""
        places = self.program.listeners()
        if not places or any(self._as_told(place) for place in places):
            return ""
        if all(place.port != self.port for place in places):
            return f"on port {places[0].port}, not on the one that it was given"
        return f"on {places[0].host}, not on the address that it was given"
