"""One started program: what it printed, where it listens, its end."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import IO, NamedTuple

import psutil

from grader.sandbox.listeners import Listener, MakeSocket, listeners
from grader.sandbox.processes import below
from grader.sandbox.terminal import Terminal

NOT_WAITING = (psutil.STATUS_RUNNING, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
SOCKETS = 8192  # of all conversations at the same time, and other files
READ = 1024 * 1024  # bytes of a program's output, from its beginning and from its end

NO_TEXT = {0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)}  # what "surrogateescape" makes of bytes


class Said(NamedTuple):
    """What a program has printed so far, as text; bytes that are not UTF-8 are shown as escapes."""

    output: str
    errors: str


def let_programs_hear_signals() -> None:
    """Undoes that a shell starts its background jobs with Ctrl-C ignored, or others with signals blocked: what we start
    would inherit it.

    Only the main thread may do this; it is called where grading is set up.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


def make_room_for_sockets() -> None:
    """Lets this process have more files than most systems give it: it talks to many submissions at the same time, to
    each with up to 200 clients, and has three files for each program that runs."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SOCKETS if hard == resource.RLIM_INFINITY else min(SOCKETS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Program:
    """A running program. Its output goes to two files without a name, so it never waits for a reader; or to a terminal.

    It is not reaped before `end`: until then its number stands for it, and for its session, and for nothing else.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path | None,
        *,
        environment: Mapping[str, str],
        make_socket: MakeSocket = socket.socket,
        pass_fds: Sequence[int] = (),
        terminal: Terminal | None = None,
    ):
        self._output, self._errors = _nameless_file(), _nameless_file()
        self._make_socket = make_socket
        self._terminal = terminal
        self._status: int | None = None
        with _to_append(self._output) as output, _to_append(self._errors) as errors:
            read, write = terminal.ends(output.fileno()) if terminal else (subprocess.DEVNULL, output.fileno())
            self._process = psutil.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=read,
                stdout=write,
                stderr=terminal.errors(errors.fileno()) if terminal else errors,
                start_new_session=True,
                pass_fds=pass_fds,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows: a Ctrl-Break of its own
            )
        self._handle = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else None
        if terminal:
            terminal.started(self._process, lambda: _ends_of(self._output))

    @property
    def handle(self) -> int | None:
        """The descriptor that is ready to read when it has ended; None where the system has no such descriptors."""
        return self._handle

    @property
    def pid(self) -> int:
        """The number of the process that was started."""
        return self._process.pid

    def main(self) -> int | None:
        """The number of the program's own process; None where it does not exist yet."""
        return self.pid

    def exit_status(self, seconds: float = 0) -> int | None:
        """Its exit status (-N: ended by signal N), waited for so long; None while it runs."""
        if self._status is None:
            self._status = self._awaited(seconds)
        return self._status

    def is_waiting(self) -> bool:
        """Whether it waits for something outside: it does not just compute, and has not ended."""
        main = self.main()
        if main is None:
            return self.exit_status() is not None
        try:
            return sys.platform == "win32" or psutil.Process(main).status() not in NOT_WAITING
        except psutil.Error:
            return True

    def listeners(self) -> list[Listener]:
        """Where it listens, itself or by a process it has started."""
        return listeners([self.pid, *below(self.pid)], self._make_socket)

    def command_lines(self) -> list[str]:
        """What the list of processes says about it, and about all that it has started."""
        found = []
        for pid in [self.pid, *below(self.pid)]:
            with suppress(psutil.Error):  # it has just gone
                found.append(" ".join(psutil.Process(pid).cmdline()))
        return found

    def said(self) -> Said:
        """What it has printed: all, or the beginning and the end of what nobody would read."""
        if self._terminal is None:
            return Said(_as_text(_ends_of(self._output)), self.complaints())
        self._terminal.look()
        return Said(_as_text(bytes(self._terminal.shown)), self.complaints())

    def complaints(self) -> str:
        """What it has printed to standard error, alone."""
        return _as_text(_ends_of(self._errors))

    def interrupt(self, number: signal.Signals) -> None:
        """Sends it a signal, as Ctrl-C or `kill` would."""
        if sys.platform == "win32":
            self._process.send_signal(signal.CTRL_BREAK_EVENT if number is signal.SIGINT else number)
            return
        main = self.main()
        if self.exit_status() is not None or main is None:
            return
        if number is signal.SIGINT and self._terminal and self._terminal.hands_over_ctrl_c():
            return
        with suppress(ProcessLookupError):
            if number is signal.SIGINT:
                os.killpg(os.getpgid(main), number)  # Ctrl-C reaches everything that was started with the program
            else:
                os.kill(main, number)

    def is_kept(self) -> bool:
        """Whether it has not been reaped yet."""
        return self._process.returncode is None

    def kill(self) -> None:
        """Ends it and its session at once, without waiting; another thread may call it."""
        if self._process.returncode is not None:  # reaped: the number may be somebody else's by now
            return
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def end(self) -> None:
        """Ends it; returns when it is gone, and what it printed with it."""
        self.kill()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._output.close()
        self._errors.close()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _awaited(self, seconds: float) -> int | None:
        if self._handle is None:
            with suppress(psutil.TimeoutExpired):
                return self._process.wait(timeout=seconds)
            return None
        poller = select.poll()
        poller.register(self._handle, select.POLLIN)
        if not poller.poll(seconds * 1000):
            return None
        end = os.waitid(os.P_PIDFD, self._handle, os.WEXITED | os.WNOWAIT)
        return end.si_status if end.si_code == os.CLD_EXITED else -end.si_status


def _nameless_file() -> IO[bytes]:
    """A file that goes with us; in memory where the system has such files: programs may then open /dev/stderr by name,
    which Landlock would refuse for a file that has a folder, or had one."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("output"), "w+b", buffering=0)  # noqa: SIM115, PTH123 (closed by `end`)
    return tempfile.TemporaryFile("a+b")  # noqa: SIM115


def _to_append(file: IO[bytes]) -> AbstractContextManager:
    """The same file as another opening: what a program does to its descriptor, it does not do to ours."""
    if sys.platform.startswith("linux"):
        return open(f"/proc/self/fd/{file.fileno()}", "ab", buffering=0)  # noqa: SIM115, PTH123
    return nullcontext(file)


def _as_text(data: bytes) -> str:
    """What bytes.decode does with "backslashreplace", in a third of the time: somebody may print nothing else."""
    text = data.decode("utf-8", "surrogateescape")
    return text if text.isascii() else text.translate(NO_TEXT)


def _ends_of(file: IO[bytes]) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= 2 * READ:
        return file.read(2 * READ)
    first = file.read(READ)
    file.seek(size - READ)
    return first + b"\n... (%d bytes)\n" % (size - 2 * READ) + file.read(READ)
