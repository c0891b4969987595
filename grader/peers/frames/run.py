"""One start of the chat server of week 9: where it says that it listens, and how it ends."""

from __future__ import annotations

import os
import re
import sys
from signal import Signals

from grader.peers.frames.package import Desk
from grader.peers.run import TRACEBACK
from grader.peers.server_run import ServerRun
from grader.wording import ended, shown

COMMAND = "chatroom-server"
HOST = "127.0.0.1"
# As it is for a person: what is printed to a file is kept back by Python, and few live where it is as late as in UTC.
ENVIRONMENT = {"PYTHONUNBUFFERED": "", "TZ": "LAB-05:30"}
LISTENS = re.compile(r"chatroom-server listens on (\S+) port (\d+)")


class FrameServerRun(ServerRun):
    """One start of the server, on this port of 127.0.0.1."""

    def __init__(self, desk: Desk, arguments: tuple[str, ...], **more: object):
        super().__init__(desk, COMMAND, arguments, environment=ENVIRONMENT, **more)
        self.host = HOST
        self.desk = desk
        self._main: int | None = None  # its own process, looked up while there is time

    def listens(self) -> None:
        """It listens where it was told to."""
        super().listens()
        self._main = self.program.main()

    def says_where_it_listens(self, host: str = HOST) -> int:
        """It prints one line with its address, at once: the port in it."""
        wanted = f"'{COMMAND} listens on {host} port PORT' on standard output"
        deadline = self._patience.for_start()
        while not (found := LISTENS.search(self.program.said().output)) and not deadline.is_over:
            if self.exit_status(0.02) is not None:
                break
        if not found:
            said = self.program.said().output.strip()
            status = self.exit_status()
            came = f"the program {ended(status)}{self.reason()}" if status is not None else "nothing came"
            raise self.unmet(wanted, f"{shown(self.neutral(said).encode())} came" if said else came)
        if found[1] != host:
            raise self.unmet(wanted, f"{self.neutral(found[0])!r} came")
        self._steps.append(f"server prints {COMMAND} listens on {host} port PORT")
        return int(found[2])

    def is_refused_by_config(self, *words: str) -> None:
        """It ends with status 2, and its sentence has all of these words in it."""
        wanted = f"status 2, and a sentence on standard error with {' and '.join(map(repr, words))} in it"
        status = self._gives_up(wanted)
        errors = self.program.said().errors
        faults = [f"it {ended(status)}"] if status != 2 else []
        if TRACEBACK in errors:
            faults.append("it printed a traceback")
        elif missing := [word for word in words if word.lower() not in errors.lower()]:
            said = repr(self.neutral(errors.strip())[-300:]) if errors.strip() else "nothing"
            faults.append(f"{missing[0]!r} is missing: it printed {said}")
        self._blame(wanted, faults)

    def ends_in_good_order(self) -> None:
        """It ends with status 0, and without a traceback."""
        status = self.ends()
        self._steps.append(f"server {ended(status)}")
        faults = [f"it {ended(status)}"] if status != 0 else []
        if TRACEBACK in "".join(self.program.said()):
            faults.append("it printed a traceback")
        self._blame("the program to end with status 0 and without a traceback", faults)

    def listens_where_it_says(self) -> None:
        """The port that it prints is one where it listens."""
        port = self.says_where_it_listens()
        self.names[port] = "A_PORT"
        if port == 0 or not any(listener.port == port for listener in self.program.listeners()):
            raise self.unmet("the port that it has taken in what it prints", f"it listens on no port {port}")

    def is_killed(self) -> None:
        """The program is killed, with no time for anything (kill -9)."""
        self._steps.append("server gets SIGKILL")
        if sys.platform == "win32" or self._main is None:
            self.program.kill()
        else:
            os.kill(self._main, Signals.SIGKILL)  # not a moment later: what is not stored now is lost
        while self.exit_status(1.0) is None:
            pass
