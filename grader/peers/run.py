"""One start of a student's program: how it comes up, how it ends, what it says about that."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from signal import Signals

from grader.check import Disturbed, Unmet
from grader.patience import Patience, left
from grader.sandbox.listeners import Listener
from grader.sandbox.program import Program
from grader.sandbox.workspace import Workspace
from grader.wording import ended

POLL = 0.004  # seconds between two looks at a starting program: the kernel sends no event when a port opens
LOOK_AROUND = 0.25  # seconds between two looks at whether it listens somewhere else
ELSEWHERE = 2.0  # seconds that it may listen somewhere else only, before it is told so
AGAIN = 4.0  # seconds between two signals to a program that has not ended by the first: it may take 2 to say goodbye
LAST_WORDS = 1.0  # seconds for a program whose connection has ended early to say why
KILLED = -9  # the status of what SIGKILL has ended
SAID_LINES = 10  # of a program's last output, in a report
SAID_CHARACTERS = 500  # of each of these lines
LOCAL = ("127.0.0.1", "::1")  # what `localhost` stands for
TRACEBACK = "Traceback (most recent call last)"


class Run:
    """The program, started with these arguments; `host` and `port` are where a client is to find it."""

    def __init__(
        self,
        workspace: Workspace,
        program: str,
        arguments: tuple[str, ...],
        *,
        port: int,
        steps: list[str],
        patience: Patience,
    ):
        self.host = arguments[0] if arguments else "localhost"
        self.port = port
        self.arguments = arguments
        self.command = workspace.command(program, arguments).replace(str(port), "PORT")
        self.at_fault = False
        self.names = {port: "PORT"}  # what ports are called in a report
        self._workspace = workspace
        self._steps = steps
        self._patience = patience
        steps.append(f"$ {self.command}")
        self.program: Program = workspace.start(program, arguments)

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

    def ends(self) -> int:
        """It ends: its exit status."""
        status = self.program.exit_status(left(self._patience.for_answer()))
        if status is None:
            self._patience.ran_out()
            raise self._unmet("the program to end", "it still runs")
        return status

    def stops(self, number: Signals) -> None:
        """It ends when it gets a signal. As a person would, it is sent again where the first has no effect: one that
        comes just before a blocking call is noticed by Python only after it."""
        self._steps.append(f"server gets {number.name}")
        deadline = self._patience.for_start()
        while True:
            self.program.interrupt(number)
            if self.program.exit_status(AGAIN) is not None:
                self._steps.append("server ends")
                return
            if time.monotonic() > deadline:
                self._patience.ran_out()
                raise self._unmet("the program to end", "it still runs")

    def explains_itself(self) -> None:
        """It ends with a status that is not 0, and a sentence of its own that says why."""
        wanted = "a sentence that says why it cannot go on, and a status that is not 0"
        status = self._gives_up(wanted)
        said = "".join(self.program.said())
        faults = [f"it {ended(status)}"] if status == 0 else []
        if TRACEBACK in said:
            faults.append("it printed a traceback")
        elif not said.strip():
            faults.append("it printed nothing")
        self._blame(wanted, faults)

    def shows_usage(self) -> None:
        """It ends with status 2 and a usage line on standard error."""
        wanted = f"`{self.command}` to print a usage line on standard error and to end with status 2"
        status = self._gives_up(wanted)
        said = self.program.said()
        faults = [f"it {ended(status)}"] if status != 2 else []
        if TRACEBACK in said.errors:
            faults.append("it printed a traceback")
        elif "usage" not in said.errors.lower():
            misplaced = "usage" in said.output.lower()
            faults.append("its usage line is on standard output" if misplaced else "it printed no usage line")
        self._blame(wanted, faults)

    def is_disturbed(self) -> bool:
        """Whether the port, though nobody else was to use it, is another program's by now."""
        return self._workspace.intruder_on(self.port)

    def last_words(self, cut_off: bool) -> list[str]:
        """The end of what it printed: on standard error, or else on standard output.

        cut_off   whether it hung up too early: then it is given a moment to say why
        """
        self.program.exit_status(LAST_WORDS if cut_off else LAST_WORDS / 2)
        said = self.program.said()
        text = said.errors if said.errors.strip() else said.output
        lines = [self._neutral(_cut(line)) for line in text.splitlines()[-SAID_LINES:]]
        if self.program.exit_status() == KILLED:
            lines += [f"(The grader ended it: {reason}.)" for reason in self._workspace.remarks()]
        return lines

    def _while_starting(self) -> Iterator[None]:
        """Yields for another try until the program has ended, has listened elsewhere, or has used up its time."""
        wanted = f"a server that listens on {self.host} PORT"
        deadline = self._patience.for_start()
        next_look, seen_elsewhere = time.monotonic() + LOOK_AROUND, 0.0
        while True:
            yield
            if (status := self.program.exit_status(POLL)) is not None:
                raise self._unmet(wanted, f"the program {ended(status)} before anybody could connect{self._reason()}")
            now = time.monotonic()
            if now > deadline:
                self._patience.ran_out()
                elsewhere = self._elsewhere()
                raise self._unmet(wanted, f"it listens {elsewhere or 'on no port'}, and still runs")
            if now > next_look:
                next_look = now + LOOK_AROUND
                elsewhere = self._elsewhere()
                seen_elsewhere = (seen_elsewhere or now) if elsewhere else 0.0
                if elsewhere and now - seen_elsewhere > ELSEWHERE:
                    raise self._unmet(wanted, f"it listens {elsewhere}")

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
            raise self._unmet(
                f"a server on {self.host} PORT", f"the program {ended(status)} without accept()"
            ) from None

    def _gives_up(self, wanted: str) -> int:
        """It ends instead of serving anybody: its exit status. That it listens proves at once that it does not."""
        deadline = self._patience.for_answer()
        while (status := self.program.exit_status(LOOK_AROUND)) is None:
            if self.program.listeners():
                raise self._unmet(wanted, "it listens for clients")
            if time.monotonic() > deadline:
                self._patience.ran_out()
                raise self._unmet(wanted, "it still runs")
        self._steps.append(f"server {ended(status)}")
        return status

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

    def _reason(self) -> str:
        """The last line of its standard error, where an uncaught error is named."""
        lines = self.program.said().errors.strip().splitlines()
        return f" ({self._neutral(_cut(lines[-1].strip()))})" if lines else ""

    def _neutral(self, text: str) -> str:
        """Text without what differs from run to run: the folder and the ports."""
        for port, name in self.names.items():
            text = re.sub(rf"(?<!\d){port}(?!\d)", name, text)
        return self._workspace.neutral(text)

    def _blame(self, wanted: str, faults: list[str]) -> None:
        if faults:
            raise self._unmet(wanted, " and ".join(faults))

    def _unmet(self, expected: str, came: str) -> Unmet:
        """A failure of this run: its last words are the ones to show."""
        self.at_fault = True
        return Unmet(expected, came)


def _cut(line: str) -> str:
    """A line that fits a report; what is cut is said."""
    more = len(line) - SAID_CHARACTERS
    return line if more <= 0 else f"{line[:SAID_CHARACTERS]} ... ({more:,} more characters)"
