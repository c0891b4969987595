"""Limits only: programs run as you, in your network, and what they leave behind is looked for and ended.

This is how students check their own work, on every system.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from grader.sandbox.limits import Limits
from grader.sandbox.listeners import every_listener
from grader.sandbox.program import Program
from grader.sandbox.terminal import Terminal

STRAYS = 0.02  # seconds between two looks at processes that were killed: that they are reaped is not ours to wait for
MARK = "LAB5_RUN"  # in the environment of every process of a site: strays are known by it


class Bare:
    """The site of one submission's programs: where they are started. Here it is nothing but a folder."""

    is_private = False
    is_your_home = True

    def __init__(self, folder: Path, limits: Limits, before: Sequence[str] = ()):
        """`before` are words that go before every command."""
        self.home = str(folder)
        self.interpreter = sys.executable
        self.make_socket = socket.socket
        self._folder = folder
        self._limits = limits
        self._before = before
        self._mark = secrets.token_hex(8)
        self._programs: list[Program] = []

    def open(self) -> None:
        """Makes it ready for programs."""

    def start(
        self, command: Sequence[str], place: str, environment: Mapping[str, str], terminal: Terminal | None = None
    ) -> Program:
        """Starts a command in a folder, which is named from the site's own; at a terminal, if there is to be one."""
        variables = {**environment, MARK: self._mark}
        if terminal and terminal.is_real:  # the first that a session opens becomes /dev/tty to it
            command = ["sh", "-c", 'exec "$@" <> "$0"', terminal.name, *command]
        program = Program([*self._before, *command], self._folder / place, environment=variables, terminal=terminal)
        self._limits.apply(program.pid)
        self._programs.append(program)
        return program

    def intruder_on(self, port: int) -> bool:
        """Whether a program that is neither of this site nor the grader listens on a port leased here."""
        if not _is_taken(port):
            return False
        strangers = any(
            entry.laddr.port == port and entry.status == psutil.CONN_LISTEN and not self._knows(entry.pid)
            for entry in psutil.net_connections("tcp")
        )
        # Looking takes milliseconds, and a program of our own that ended meanwhile looked like nobody's.
        return strangers and _is_taken(port)

    def remarks(self) -> list[str]:
        """What was stopped, and why: nothing, for nobody watches here."""
        return []

    def halt(self) -> None:
        """Ends every program at once; another thread may call it."""
        for program in list(self._programs):
            program.kill()

    def close(self) -> None:
        """Ends every program, and what they have left running."""
        self.halt()
        leaders = self._sessions()
        while strays := [other for other in psutil.process_iter() if other.pid not in leaders and self._owns(other)]:
            for stray in strays:
                with suppress(psutil.Error):
                    stray.kill()
            psutil.wait_procs(strays, timeout=STRAYS)
        for program in self._programs:
            program.end()
        self._programs.clear()

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
