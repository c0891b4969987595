"""One submission's place to run: which program is started how, and its network."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shlex
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Protocol

from grader.check import Disturbed, Unmet
from grader.clock import FairClock
from grader.patience import Deadline
from grader.sandbox.listeners import unread
from grader.sandbox.ports import Lease, has_address, lease_port
from grader.sandbox.program import Program, Said
from grader.sandbox.terminal import Terminal
from grader.wording import ended

PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "JAVA_HOME", "RUSTUP_HOME")  # what programs need of the environment
TOOLCHAINS = {"RUSTUP_HOME": ".rustup"}  # what is in the user's home unless a variable says otherwise
COMPILE_SECONDS = 60.0  # a cold javac on a busy machine takes ten
COMPILE_LATEST = 90.0  # seconds on the wall, however busy the machine is
TERM = "xterm-256color"  # what most terminals call themselves
HOMES = re.compile(r"home-[0-9a-f]{16}\b")
FULL = os.strerror(errno.ENOSPC)
EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}  # of the grader, or of the whole machine
NOTHING_ELSE_RUNS = nullcontext()


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What programs get of the grader's own environment."""
    found = {name: environment[name] for name in PASSED_ON if name in environment}
    for name, place in TOOLCHAINS.items():
        if "HOME" in found and Path(found["HOME"], place).is_dir():
            found.setdefault(name, str(Path(found["HOME"], place)))
    return found


class Halted(BaseException):
    """The grader is being stopped; like KeyboardInterrupt, no failure of anybody's."""


class Site(Protocol):
    """Where a submission's programs run: bare.Bare, cell.Cell, guarded.Guarded."""

    home: str  # the folder that programs start in, as they see it
    interpreter: str  # of Python programs, as they see it
    is_your_home: bool  # whether compile.sh works in the home of the user, where toolchains keep things
    is_private: bool  # whether nobody else is in its network

    def open(self) -> None: ...
    def start(
        self, command: Sequence[str], place: str, environment: Mapping[str, str], terminal: Terminal | None = None
    ) -> Program: ...
    def make_socket(self, family: int, kind: int, proto: int = 0) -> socket.socket: ...
    def intruder_on(self, port: int) -> bool: ...
    def remarks(self) -> list[str]: ...
    def halt(self) -> None: ...
    def close(self) -> None: ...


class Workspace:
    """Runs the programs of one staged submission. When its `with` ends, none of them is left.

    folder       holds the submission as `lab5/`; which files it has is seen here, where no program can change it
    site         where programs run
    forking      held while a program is being started
    token        a word that checks put into their texts, so that no program can know these
    environment  what programs get; they have a home of their own, and compile.sh the user's, where it is the user's own
    """

    def __init__(
        self,
        folder: Path,
        site: Site,
        *,
        environment: Mapping[str, str],
        token: str = "",
        forking: AbstractContextManager = NOTHING_ELSE_RUNS,
    ):
        self.folder = folder
        self.token = token
        self._site = site
        self._forking = forking
        tools = str(Path(site.interpreter).parent)  # `python` in a start.sh is the one that starts server.py
        self._environment = {
            **environment,
            "PATH": os.pathsep.join([tools, environment.get("PATH", os.defpath)]),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.secrets: dict[str, str] = {}  # passwords and tokens of this grading, and what a report calls them
        self.installed: dict[str, object] = {}  # what has come of installing a folder of the submission, by its name
        self._compiled: dict[Path, str] = {}  # why not, or nothing
        self._halted = False

    def start(
        self,
        program: str,
        arguments: Sequence[str],
        terminal: Terminal | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        """Starts `lab5/PROGRAM ARGUMENTS`, or the start.sh beside it, at a terminal if there is one; raises Unmet where
        there is neither. `environment` are variables besides the usual ones."""
        script = Path("lab5", program)
        home = self.folder / script.parent
        if (home / "start.sh").is_file():
            for name in ("start.sh", "compile.sh"):
                _expect_line_ends(home / name)
            self._compile(script.parent)
            # Without a shebang line a script is the shell's: that is why a shell starts it.
            words = ["sh", "-c", 'exec ./start.sh "$@"', "start.sh", *arguments]
            return self._run(words, script.parent, terminal, environment)
        if not (self.folder / script).is_file():
            names = sorted(entry.name for entry in home.iterdir()) if home.is_dir() else []
            there = f" (it has {', '.join(names[:5])}{' ...' if names[5:] else ''})" if names else ""
            raise Unmet(f"the program {script.as_posix()}", f"there is no {script.as_posix()} in the submission{there}")
        return self._run([self._site.interpreter, str(script), *arguments], Path(), terminal, environment)

    def run(
        self,
        words: Sequence[str],
        place: str = "",
        terminal: Terminal | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        """Starts any command, in a folder that is named from `home`: one that was installed from the submission."""
        return self._run([*words], Path(place), terminal, environment)

    @property
    def home(self) -> str:
        """The folder that programs start in, as they see it."""
        return self._site.home

    @property
    def interpreter(self) -> str:
        """The Python of programs, as they see it."""
        return self._site.interpreter

    @property
    def writable(self) -> list[str]:
        """The folders that programs can write to, and nobody else."""
        return [self._site.home, *(["/tmp", "/dev/shm"] if self._site.is_private else [])]

    def new_home(self) -> str:
        """The name of a folder that nothing is in yet, for one conversation; a report calls it `home`. No program can
        know it before, and be there first."""
        return f"{self._site.home}/home-{secrets.token_hex(8)}"

    def does(self, source: str, **variables: str) -> str:
        """What a few lines of our own Python print, run where programs run: they see the files as programs do."""
        words = [self._site.interpreter, "-I", "-S", "-c", source]
        ours = self._run(words, Path(), environment=variables)
        status, (output, errors) = _ended(ours)
        if status != 0:
            if FULL in errors:
                raise Unmet("room for one more file", "its programs have filled all the room that they have for files")
            if errors.startswith(f"{self._site.home}: ") and "cd: " in errors:  # what sh says, see limits.in_folder
                raise Unmet("its programs to have a folder to start in", "they have locked it")
            why = "did not end" if status is None else f"{ended(status)}: {errors[-500:]}"
            raise Disturbed(f"what was to look at the files of the program {why}")
        return output

    def has(self, program: str) -> bool:
        """Whether the submission has this program, or a start.sh in its place; or this folder, for a package."""
        script = self.folder / "lab5" / program
        if script.is_dir():
            return True
        return script.is_file() or (script.parent / "start.sh").is_file()

    def command(self, program: str, arguments: Sequence[str]) -> str:
        """The command as a student would type it."""
        script = Path("lab5", program)
        started = script.parent / "start.sh"
        words = [started.as_posix()] if (self.folder / started).is_file() else ["python", script.as_posix()]
        return shlex.join([*words, *arguments])

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """A connection to a program of this workspace, at the first address that takes it; raises OSError."""
        deadline = time.monotonic() + seconds
        refusal = OSError(f"{host} has no address")
        for family, address in _addresses(host, port):
            connection = self._socket(family, socket.SOCK_STREAM)
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                connection.connect(address)
            except OSError as error:
                connection.close()
                refusal = error
            else:
                return connection
        raise refusal

    def datagram_socket(self, host: str, port: int = 0) -> socket.socket:
        """A UDP socket on an address of this network; raises OSError."""
        bound = self._socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            bound.bind((host, port))
        except OSError:
            bound.close()
            raise
        return bound

    def occupy(self, host: str, port: int) -> socket.socket:
        """Listens there itself, so that no program can."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        server = self._socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":  # elsewhere this would let others listen, too
                server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind((host, port))
            server.listen()
        except OSError as error:
            server.close()
            raise Disturbed(f"a port that was free a moment ago is taken: {os.strerror(error.errno)}") from None
        return server

    def lease_port(self) -> Lease:
        """A port that no other program uses until the lease is closed."""
        try:
            return lease_port(self._socket)
        except OSError as error:
            if not self._site.is_private or error.errno != errno.EADDRINUSE:
                raise
            raise Unmet(
                "a port to be free for the next start", f"the programs before it have left none: {error.strerror}"
            ) from None

    def unread(self, local: int, remote: int) -> int:
        """How many bytes from the port `remote` a program with the port `local` has not read yet."""
        return unread(local, remote, self._socket)

    def has_address(self, host: str) -> bool:
        """Whether programs can listen on this address here."""
        return has_address(host, self._socket)

    def intruder_on(self, port: int) -> bool:
        """Whether a program that is neither of this workspace nor the grader listens on a port leased here."""
        return self._site.intruder_on(port)

    def neutral(self, text: str) -> str:
        """Text without what differs between runs and between machines: where programs are, and their Python."""
        for place, name in ((f"{sys.base_prefix}/lib/", ""), (f"{self._site.home}/", ""), (self._site.home, ".")):
            text = text.replace(place, name)
        return self.conceal(HOMES.sub("home", text))

    def conceal(self, text: str) -> str:
        """Text without passwords and tokens."""
        for secret, name in self.secrets.items():
            text = text.replace(secret, name)
        return text

    def remarks(self) -> list[str]:
        """What was stopped because it used too much of something."""
        return self._site.remarks()

    def halt(self) -> None:
        """Ends every program and lets none start any more; for another thread, when the grader is stopped."""
        self._halted = True
        self._site.halt()

    def __enter__(self) -> Workspace:
        with self._forking:
            if self._halted:
                raise Halted
            self._site.open()
        if self._halted:  # the halt came while it was being opened
            self._site.halt()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._site.close()
        if self._halted and kind is None:
            raise Halted

    def _socket(self, family: int, kind: int, proto: int = 0) -> socket.socket:
        """A socket of this network; that there is no room for one is no fault of the program's, and no refusal."""
        try:
            return self._site.make_socket(family, kind, proto)
        except OSError as error:
            if error.errno in EXHAUSTED:
                raise Disturbed(f"the grader has no room for one more socket: {error.strerror}") from None
            raise

    def _run(
        self,
        words: list[str],
        place: Path,
        terminal: Terminal | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Program:
        if self._halted:
            raise Halted
        variables = {**self._environment, "HOME": self._site.home, **(environment or {})}
        if terminal and terminal.is_real:  # output is buffered as it is for a student
            variables = {**variables, "TERM": TERM}
            del variables["PYTHONUNBUFFERED"]
        with self._forking:
            program = self._site.start(words, str(place), variables, terminal)
        if self._halted:  # the halt came between the question and the start
            self._site.halt()
        return program

    def _compile(self, place: Path) -> None:
        if not (self.folder / place / "compile.sh").is_file():
            return
        if place not in self._compiled:
            self._compiled[place] = self._why_not_compiled(place)
        if why_not := self._compiled[place]:
            raise Unmet("compile.sh to end with status 0", why_not)

    def _why_not_compiled(self, place: Path) -> str:
        """Runs compile.sh, once: what is wrong with it, in words; nothing if it went well."""
        own_home = self._site.is_your_home and "HOME" in self._environment
        home = {"HOME": self._environment["HOME"]} if own_home else {}
        compiler = self._run(["sh", "-c", "exec ./compile.sh"], place, environment=home)
        status, (output, errors) = _ended(compiler)
        if status == 0:
            return ""
        how = "it had not ended after a minute" if status is None else f"it {ended(status)}"
        said = self.neutral(" ".join((errors or output).split())[-200:])
        return f"{how}: {said}" if said else how


def _ended(program: Program) -> tuple[int | None, Said]:
    """The exit status of what should end by itself, None where it did not in time, and what it said. It is gone now."""
    deadline = Deadline(COMPILE_SECONDS, FairClock(), COMPILE_LATEST)
    try:
        while (status := program.exit_status(deadline.turn)) is None and not deadline.is_over:
            pass
        return status, program.said()
    finally:
        program.end()


def _addresses(host: str, port: int) -> list[tuple[int, tuple]]:
    """Where a host may be found; `localhost` also where the sandbox's own files say so, and this machine's do not."""
    found = [(entry[0], entry[4]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host == "localhost":
        known = {address[0] for _, address in found}
        local = ((socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1"))
        found += [(family, (address, port)) for family, address in local if address not in known]
    return found


def _expect_line_ends(script: Path) -> None:
    """A script with the line ends of Windows fails in ways that nobody understands: it is told so instead."""
    if script.is_file() and b"\r\n" in script.read_bytes():
        came = f"{script.name} has those of Windows (CRLF), which no shell understands"
        raise Unmet(f"lines of {script.name} to end in a newline alone", came)
