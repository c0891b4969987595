"""One submission's place to run: its files, its network, and every program that is started there."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import TracebackType

import psutil

from grader.check import Disturbed, Unmet
from grader.sandbox.listeners import every_listener
from grader.sandbox.ports import Lease, has_address, lease_port
from grader.sandbox.program import Limits, Program
from grader.wording import ended

ISOLATION = "limits only: programs run as you, bounded in memory, files and time; no sandbox yet"
PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "JAVA_HOME")  # what programs need of the grader's environment
COMPILE_SECONDS = 60.0  # a cold javac on a busy machine takes ten
NOTHING_ELSE_RUNS = nullcontext()
STRAYS = 0.02  # seconds between two looks at processes that were killed: that they are reaped is not ours to wait for
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
            for name in ("start.sh", "compile.sh"):
                _expect_line_ends(home / name)
            self._compile(home)
            # Without a shebang line a script is the shell's: that is why a shell starts it.
            return self._run(["sh", "-c", 'exec ./start.sh "$@"', "start.sh", *arguments], home, HOME=str(self.folder))
        if not (self.folder / script).is_file():
            names = sorted(entry.name for entry in home.iterdir()) if home.is_dir() else []
            there = f" (it has {', '.join(names[:5])}{' ...' if names[5:] else ''})" if names else ""
            raise Unmet(f"the program {script.as_posix()}", f"there is no {script.as_posix()} in the submission{there}")
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
            raise Disturbed(f"a port that was free a moment ago is taken: {os.strerror(error.errno)}") from None

    def lease_port(self) -> Lease:
        """A port that no other program uses until the lease is closed."""
        return lease_port()

    def has_address(self, host: str) -> bool:
        """Whether programs can listen on this address here."""
        return has_address(host)

    def intruder_on(self, port: int) -> bool:
        """Whether a program that is neither of this workspace nor the grader listens on a port leased here."""
        if not _is_taken(port):
            return False
        strangers = any(
            entry.laddr.port == port and entry.status == psutil.CONN_LISTEN and not self._knows(entry.pid)
            for entry in psutil.net_connections("tcp")
        )
        # Looking takes milliseconds, and a program of our own that ended meanwhile looked like nobody's.
        return strangers and _is_taken(port)

    def neutral(self, text: str) -> str:
        """Text without the name of this workspace's folder, which differs from run to run."""
        return text.replace(f"{self.folder}/", "").replace(str(self.folder), ".")

    def halt(self) -> None:
        """Ends every program and lets none start any more; for another thread, when the grader is stopped."""
        self._halted = True
        for program in list(self._programs):
            program.kill()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for program in self._programs:
            program.kill()
        leaders = self._sessions()
        while strays := [other for other in psutil.process_iter() if other.pid not in leaders and self._owns(other)]:
            for stray in strays:
                with suppress(psutil.Error):
                    stray.kill()
            psutil.wait_procs(strays, timeout=STRAYS)
        for program in self._programs:
            program.end()
        if self._halted and kind is None:
            raise Halted

    def _run(self, words: list[str], folder: Path, **more: str) -> Program:
        with self._forking:
            program = Program(words, folder, environment=self._environment | more, limits=self._limits)
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
            how = "it had not ended after a minute" if status is None else f"it {ended(status)}"
            said = self.neutral(" ".join((compiler.said().errors or compiler.said().output).split())[-200:])
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
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            if hasattr(os, "getsid") and os.getsid(process.pid) in self._sessions():
                return True
            return process.environ().get(MARK) == self._mark
        except (psutil.Error, OSError):  # gone, or somebody else's
            return False

    def _sessions(self) -> set[int]:
        """The sessions of the programs that have not been reaped: their numbers are nobody else's."""
        return {program.pid for program in self._programs if program.is_kept()}


def _is_taken(port: int) -> bool:
    return any(listener.port == port for listener in every_listener())


def _expect_line_ends(script: Path) -> None:
    """A script with the line ends of Windows fails in ways that nobody understands: it is told so instead."""
    if script.is_file() and b"\r\n" in script.read_bytes():
        came = f"{script.name} has those of Windows (CRLF), which no shell understands"
        raise Unmet(f"lines of {script.name} to end in a newline alone", came)
