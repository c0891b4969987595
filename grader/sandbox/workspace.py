"""One submission's place to run: its files, its network, and every program that is started there."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType

import psutil

from grader.check import Disturbed, Unmet
from grader.sandbox.listeners import every_listener
from grader.sandbox.ports import Lease, has_address, lease_port
from grader.sandbox.program import Limits, Program

ISOLATION = "limits only: programs run as you, bounded in memory, files and time; no sandbox yet"
PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "JAVA_HOME")  # what programs need of the grader's environment
COMPILE_SECONDS = 60.0  # a cold javac on a busy machine takes ten
NOTHING_ELSE_RUNS = nullcontext()
MARK = "LAB5_RUN"  # in the environment of every process of a workspace: strays are known by it


class Halted(BaseException):
    """The grader is being stopped; like KeyboardInterrupt, no failure of anybody's."""


class Workspace:
    """Runs the programs of one staged submission. When its `with` ends, none of them is left.

    folder       holds the submission as `lab5/`, and is the workspace's own to write in
    forking      held while a program is being started
    environment  what compile.sh gets, for toolchains live in the user's home; programs get a home of their own
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str],
        limits: Limits,
        forking: AbstractContextManager = NOTHING_ELSE_RUNS,
    ):
        self.folder = folder
        self._limits = limits
        self._forking = forking
        self._mark = secrets.token_hex(8)
        self._environment = {
            **environment,
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            MARK: self._mark,
        }
        self._programs: list[Program] = []
        self._compiled: set[Path] = set()
        self._halted = False

    def start(self, program: str, arguments: Sequence[str]) -> Program:
        """Starts `lab5/PROGRAM ARGUMENTS`, or the start.sh beside it; raises Unmet where there is neither."""
        if self._halted:
            raise Halted
        script = Path("lab5", program)
        home = self.folder / script.parent
        if (home / "start.sh").is_file():
            self._compile(home)
            # Without a shebang line a script is the shell's: that is why a shell starts it.
            return self._run(["sh", "-c", 'exec ./start.sh "$@"', "start.sh", *arguments], home, HOME=str(self.folder))
        if not (self.folder / script).is_file():
            raise Unmet(f"the program {script.as_posix()}", f"there is no {script.as_posix()} in the submission")
        return self._run([sys.executable, str(script), *arguments], self.folder, HOME=str(self.folder))

    def command(self, program: str, arguments: Sequence[str]) -> str:
        """The command as a student would type it."""
        script = Path("lab5", program)
        started = script.parent / "start.sh"
        words = [started.as_posix()] if (self.folder / started).is_file() else ["python", script.as_posix()]
        return " ".join([*words, *arguments])

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connection to a program of this workspace; raises OSError as connecting does."""
        return socket.create_connection((host, port), timeout=max(seconds, 0.001))

    def occupy(self, host: str, port: int) -> socket.socket:
        """Listens there itself, so that no program can."""
        try:
            return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        except OSError as error:
            raise Disturbed(f"a port that was free a moment ago is taken: {error.strerror}") from None

    def lease_port(self) -> Lease:
        """A port that no other program uses until the lease is closed."""
        return lease_port()

    def has_address(self, host: str) -> bool:
        """Whether programs can listen on this address here."""
        return has_address(host)

    def intruder_on(self, port: int) -> bool:
        """Whether a program that is neither of this workspace nor the grader listens on a port leased here."""
        if not any(listener.port == port for listener in every_listener()):
            return False
        return any(
            entry.laddr.port == port and entry.status == psutil.CONN_LISTEN and not self._knows(entry.pid)
            for entry in psutil.net_connections("tcp")
        )

    def halt(self) -> None:
        """Ends every program and lets none start any more; for another thread, when the grader is stopped."""
        self._halted = True
        for program in list(self._programs):
            program.kill()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for program in self._programs:
            program.end()
        while strays := [process for process in psutil.process_iter() if self._owns(process)]:
            for stray in strays:
                stray.kill()
            psutil.wait_procs(strays, timeout=1)
        if self._halted and kind is None:
            raise Halted

    def _run(self, words: list[str], folder: Path, **more: str) -> Program:
        log = self.folder / f"program-{len(self._programs) + 1}"
        with self._forking:
            program = Program(words, folder, environment=self._environment | more, limits=self._limits, log=log)
        self._programs.append(program)
        if self._halted:  # the halt came between the question and the start
            program.kill()
        return program

    def _compile(self, home: Path) -> None:
        if home in self._compiled or not (home / "compile.sh").is_file():
            return
        compiler = self._run(["sh", "-c", "exec ./compile.sh"], home)
        status = compiler.exit_status(COMPILE_SECONDS)
        if status != 0:
            compiler.end()
            how = "it had not ended after a minute" if status is None else f"it ended with status {status}"
            said = " ".join((compiler.said().errors or compiler.said().output).split())[-200:]
            raise Unmet("compile.sh to end with status 0", f"{how}: {said}" if said else how)
        self._compiled.add(home)

    def _knows(self, pid: int | None) -> bool:
        if pid is None:  # another user's
            return False
        try:
            return pid == os.getpid() or self._owns(psutil.Process(pid))
        except psutil.NoSuchProcess:
            return True

    def _owns(self, process: psutil.Process) -> bool:
        try:
            return process.pid != os.getpid() and process.environ().get(MARK) == self._mark
        except psutil.Error:  # gone, a zombie, or somebody else's
            return False
