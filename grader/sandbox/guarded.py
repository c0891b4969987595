"""Tiers 2 and 3: no namespaces, so programs share your network, and submissions run one at a time.

Tier 2, as root: each submission has a user of its own. Tier 3, an ordinary user: the programs are that user's, but
Landlock keeps them from the user's files and processes. Each program has a guard (guard.py), which ends all of it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import psutil

from grader.sandbox import guard
from grader.sandbox.bare import Bare
from grader.sandbox.contained import Contained, Keeper, pipe
from grader.sandbox.limits import Limits
from grader.sandbox.ports import Lease, lease_user
from grader.sandbox.processes import below
from grader.sandbox.program import Program
from grader.sandbox.scratch import remove
from grader.sandbox.terminal import Terminal

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/proc", "/sys/fs/cgroup",
          "/sys/devices/system", "/dev/urandom", "/dev/random", "/dev/zero")  # fmt: skip
DEVICES = ("/dev/null", "/dev/full", "/dev/shm")
TERMINALS = ("/dev/tty", "/dev/ptmx", "/dev/pts")  # for a user of its own only: yours belong to you
LEFT_IN = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")  # where every user of a machine can write


class Guarded(Bare):
    """The site of one submission's programs: a copy of `folder/lab5`, and on it programs with few rights."""

    is_your_home = False

    def __init__(self, folder: Path, limits: Limits, toolchains: Sequence[Path] = ()):
        super().__init__(folder / "box", limits)
        self._submission = folder / "lab5"
        self._toolchains = [sys.prefix, sys.base_prefix, *map(str, toolchains)]
        self._user: Lease | None = None
        self._lifeline: tuple[int, int] = (-1, -1)

    def open(self) -> None:
        """Copies the submission, and gives the copy to its user."""
        subprocess.run(["cp", "-r", str(self._submission), str(self._made(self._folder))], check=True)
        self._made(self._folder / "tmp")
        self._lifeline = os.pipe()
        if os.geteuid() == 0:
            self._user = lease_user()
            user = str(self._user.number)
            subprocess.run(["chown", "-R", f"{user}:{user}", str(self._folder)], check=True)

    def start(
        self, command: Sequence[str], place: str, environment: Mapping[str, str], terminal: Terminal | None = None
    ) -> Program:
        """Starts a command in a folder, which is named from the site's own; at a terminal, if there is to be one."""
        with ExitStack() as descriptors:
            report, theirs = pipe(descriptors)
            if terminal and self._user:
                terminal.belongs_to(self._user.number)
            order = self._order(place, command, theirs)
            words = [os.path.realpath(sys.executable), "-I", "-S", "-c", guard.START, json.dumps(order._asdict())]
            program = Contained(
                [*words, *command],
                {**environment, "TMPDIR": str(self._folder / "tmp")},
                make_socket=self.make_socket,
                pass_fds=[theirs, self._lifeline[0]],
                report=report,
                keeper=Keeper(0, guard.signal.SIGTERM),
                terminal=terminal,
            )
        self._programs.append(program)
        return program

    def remarks(self) -> list[str]:
        """What the guards have stopped, and why."""
        reasons = [program.why() for program in self._programs]
        return list(dict.fromkeys(filter(None, reasons)))

    def close(self) -> None:
        """Ends every program, and removes what they have left in the folders that all users share."""
        for program in self._programs:
            program.end()
        self._programs.clear()
        if self._lifeline[0] < 0:
            return
        for end in self._lifeline:
            os.close(end)
        self._lifeline = (-1, -1)
        if self._user:
            user = str(self._user.number)
            subprocess.run(["setpriv", f"--reuid={user}", "--clear-groups", "sh", "-c", "kill -KILL -1"], check=False)
            places = [place for place in LEFT_IN if Path(place).is_dir()]
            subprocess.run(["find", *places, "-xdev", "-user", user, "-delete"], check=False, stderr=subprocess.DEVNULL)
            self._user.close()
        remove(self._folder)

    def _order(self, place: str, command: Iterable[str], report: int) -> guard.Order:
        bounds = self._limits.of_a_process()
        if self._user:  # of another user the grader's own processes would count
            bounds["NPROC"] = (self._limits.processes, self._limits.processes)
        return guard.Order(
            folder=str(self._folder / place),
            user=self._user.number if self._user else None,
            bounds=bounds,
            readable=[*SYSTEM, *self._toolchains],
            writable=[*DEVICES, *(TERMINALS if self._user else ()), str(self._folder)],
            ports=_ports_in(command),
            memory_mib=self._limits.memory_mib,
            processes=self._limits.processes,
            wall_seconds=self._limits.wall_seconds,
            report=report,
            lifeline=self._lifeline[0],
        )

    def _owns(self, process: psutil.Process) -> bool:
        return any(process.pid in below(program.pid) for program in self._programs if program.is_kept())

    def _made(self, folder: Path) -> Path:
        folder.mkdir()
        return folder


def _ports_in(command: Iterable[str]) -> list[int]:
    """The ports that a command line names, as in `localhost 8008` or `http://localhost:8008`."""
    found = (re.fullmatch(r"(?:\w+://[^/]*:)?(\d{1,5})(?:/.*)?", word) for word in command)
    return [int(match[1]) for match in found if match and 0 < int(match[1]) < 1 << 16]
