"""One started program: its limits, what it printed, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

from grader.sandbox.listeners import Listener, listeners

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one program of a submission may use; each has its reason in course.toml."""

    memory_mib: int = 1024
    file_mib: int = 8
    open_files: int = 256
    cpu_seconds: int = 60

    def apply(self, pid: int) -> None:
        """Bounds a process and whatever it starts from now on (Linux; elsewhere only deadlines bound it)."""
        if not sys.platform.startswith("linux"):
            return
        import resource  # not on Windows

        bounds = {
            resource.RLIMIT_DATA: self.memory_mib * MIB,
            resource.RLIMIT_FSIZE: self.file_mib * MIB,
            resource.RLIMIT_NOFILE: self.open_files,
            resource.RLIMIT_CPU: self.cpu_seconds,
            resource.RLIMIT_CORE: 0,
        }
        try:
            for which, bound in bounds.items():
                resource.prlimit(pid, which, (bound, bound))
        except ProcessLookupError:  # it has ended already
            pass


class Said(NamedTuple):
    """What a program has printed so far, as text; bytes that are not UTF-8 are shown as escapes."""

    output: str
    errors: str


def let_programs_hear_signals() -> None:
    """Undoes that a shell starts its background jobs with Ctrl-C ignored, for what we start would inherit it.

    Only the main thread may do this; it is called where grading is set up.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


class Program:
    """A running program. Its output goes to two files, so it never waits for a reader."""

    def __init__(
        self, command: Sequence[str], folder: Path, *, environment: Mapping[str, str], limits: Limits, log: Path
    ):
        self._output, self._errors = log.with_suffix(".out"), log.with_suffix(".err")
        with self._output.open("ab") as output, self._errors.open("ab") as errors:
            self._process = psutil.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows: a Ctrl-Break of its own
            )
        limits.apply(self._process.pid)

    def exit_status(self, seconds: float = 0) -> int | None:
        """Its exit status (-N: ended by signal N), waited for so long; None while it runs."""
        try:
            return self._process.wait(timeout=seconds)
        except psutil.TimeoutExpired:
            return None

    def listeners(self) -> list[Listener]:
        """Where it listens, itself or by a process it has started."""
        try:
            pids = [self._process.pid, *(child.pid for child in self._process.children(recursive=True))]
        except psutil.Error:  # it has just ended
            return []
        return listeners(pids)

    def said(self) -> Said:
        """What it has printed; the limit of a file's size bounds it."""
        return Said(*(log.read_bytes().decode("utf-8", "backslashreplace") for log in (self._output, self._errors)))

    def interrupt(self, number: signal.Signals) -> None:
        """Sends it a signal, as Ctrl-C or `kill` would."""
        if sys.platform == "win32" and number is signal.SIGINT:
            number = signal.CTRL_BREAK_EVENT
        if self.exit_status() is not None:
            return
        if number is signal.SIGINT and hasattr(os, "killpg"):
            os.killpg(self._process.pid, number)  # Ctrl-C reaches everything that was started with the program
        else:
            self._process.send_signal(number)

    def kill(self) -> None:
        """Ends it and its session at once, without waiting; another thread may call it."""
        if self._process.returncode is not None:
            return
        try:
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except ProcessLookupError:
            pass

    def end(self) -> None:
        """Ends it; returns when it is gone."""
        self.kill()
        self._process.wait()
