"""A program that a keeper of ours has started: the keeper ends with it, and takes all that it has started along."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import NamedTuple

from grader.check import Disturbed
from grader.sandbox.listeners import MakeSocket
from grader.sandbox.processes import children
from grader.sandbox.program import Program
from grader.sandbox.terminal import Terminal

KILL_AGAIN = 0.002  # seconds; a program that is just being started may have no keeper yet
UNKILLABLE = 30.0  # seconds after which something is wrong with the machine, and its site has to end it
BEGUN = "exit-code"  # in the report of a keeper whose program has begun, and has ended


class Keeper(NamedTuple):
    """The process whose child the program is: how far below the process that we start, and the signal that ends all."""

    depth: int
    fatal: signal.Signals


class Contained(Program):
    """A program with a keeper, which says in `report` (a descriptor to read) when the program has ended.

    is_gone   whether all that the program has started has ended, too; asked with the text of the report
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        make_socket: MakeSocket,
        pass_fds: Sequence[int],
        report: int,
        keeper: Keeper,
        is_gone: Callable[[str], bool] = lambda report: True,
        terminal: Terminal | None = None,
    ):
        self._keeper = keeper
        self._is_gone = is_gone
        self._is_ours = False  # whether its end is
        self._reported = ""
        super().__init__(
            command, None, environment=environment, make_socket=make_socket, pass_fds=pass_fds, terminal=terminal
        )
        self._report = os.dup(report)
        os.set_blocking(self._report, False)

    def main(self) -> int | None:
        """The program's own process; None where it does not exist yet."""
        keeper = self._pid_of_keeper()
        return next(iter(children(keeper)), None) if keeper else None

    def exit_status(self, seconds: float = 0) -> int | None:
        """Its exit status, waited for so long; raises Disturbed where it has never begun."""
        if self._status is None and (status := self._awaited(seconds)) is not None:
            with suppress(BlockingIOError):
                self._reported = os.read(self._report, 1 << 16).decode(errors="replace")
            if BEGUN not in self._reported and not self._is_ours:
                raise Disturbed(f"the sandbox could not start it: {' '.join(self.said().errors.split())[-200:]}")
            deadline = time.monotonic() + UNKILLABLE
            while not self._is_gone(self._reported) and time.monotonic() < deadline:
                time.sleep(KILL_AGAIN)  # there is no event for it, and it takes one or two milliseconds
            is_signal = status - 128 in set(signal.Signals)  # keepers say a signal as a shell would
            self._status = 128 - status if is_signal else status
        return self._status

    def why(self) -> str:
        """Why its keeper has stopped it; nothing if it has not, or does not say."""
        last = self._reported.rstrip().rpartition("\n")[2]
        return json.loads(last).get("why", "") if BEGUN in last else ""

    def kill(self) -> None:
        """Ends it and all that it has started at once, if it has begun; another thread may call it."""
        self._is_ours = True
        if self._process.returncode is None and (keeper := self._pid_of_keeper()):
            with suppress(ProcessLookupError):
                os.kill(keeper, self._keeper.fatal)

    def end(self) -> None:
        """Ends it; returns when it is gone, and what it printed with it."""
        if self._handle is None:
            return
        self.kill()
        deadline = time.monotonic() + UNKILLABLE
        while self.exit_status(KILL_AGAIN) is None:
            self.kill()
            if time.monotonic() > deadline:
                self._process.kill()
        self._process.wait()
        os.close(self._report)
        self._close()

    def _pid_of_keeper(self) -> int | None:
        pid: int | None = self.pid
        for _ in range(self._keeper.depth):
            pid = next(iter(children(pid)), None)
            if pid is None:
                return None
        return pid


def pipe(descriptors: ExitStack) -> tuple[int, int]:
    """Two descriptors, to read and to write, which are closed with the stack."""
    ends = os.pipe()
    for end in ends:
        descriptors.callback(os.close, end)
    return ends


def memory_file(data: bytes, descriptors: ExitStack) -> int:
    """A descriptor from which to read this, which is closed with the stack."""
    descriptor = os.memfd_create("lab5")
    descriptors.callback(os.close, descriptor)
    os.write(descriptor, data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
