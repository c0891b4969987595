"""Both programs of week 6 together, as people use them: each at a terminal of its own."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from grader.patience import Patience
from grader.peers.relay.client import Answers, Client
from grader.peers.relay.run import RelayRun
from grader.peers.run import Run
from grader.sandbox.terminal import Terminal
from grader.sandbox.workspace import Workspace
from grader.wording import ended

GONE = 0.5  # seconds in which a server that has crashed has ended: its clients may notice it before


@dataclass(frozen=True)
class RelayPair:
    """A server and a client that a student wrote.

    program   the client's
    server    the server's
    """

    program: str
    server: str

    def meet(self, workspace: Workspace, patience: Patience) -> Pair:
        """The live programs, for one conversation after another; use them in a `with`."""
        return Pair(self, workspace, patience)


class Aside(list):
    """What happens at one terminal, as it stands in the transcript of them all."""

    def __init__(self, name: str, steps: list[str]):
        super().__init__()
        self._name, self._steps = name, steps

    def append(self, step: str) -> None:
        """One thing more has happened."""
        self._steps.append(f"{self._name}: {step}")


class Person(Client):
    """alice, bob or carol, with the client at her terminal."""

    def __init__(self, name: str, program: str, workspace: Workspace, patience: Patience, steps: list[str]):
        super().__init__(program, lambda heard: Answers(b"", ends=False), workspace, patience)
        self.name = name
        self.steps = Aside(name, steps)

    def enters(self, server: RelayRun) -> None:
        """She starts the client, and it is ready."""
        self._launch((self.name, f"chat://{server.host}:{server.port}"), {server.port: "PORT"})
        self.prompts()

    @property
    def run(self) -> Run | None:
        """The client, once it has been started."""
        return self._run


class Pair:
    """What a conversation calls `chat`. Each conversation has runs of its own."""

    def __init__(self, declared: RelayPair, workspace: Workspace, patience: Patience):
        self.steps: list[str] = []
        self._declared = declared
        self._workspace, self._patience = workspace, patience
        self._kept = ExitStack()
        self._server: RelayRun | None = None
        self._people: list[Person] = []

    def joins(self, name: str) -> Person:
        """Somebody sits down at a terminal, and starts the client; the first one finds the server running."""
        server = self._running()
        person = Person(name, self._declared.program, self._workspace, self._patience, self.steps)
        self._kept.push(person)
        self._people.append(person)
        person.enters(server)
        return person

    def server_gets(self, number: signal.Signals) -> None:
        """The server gets a signal, and ends."""
        self._running().stops(number)

    def begin(self) -> bool:
        """Starts the transcript of another conversation, which has runs of its own."""
        self._close()
        self.steps.clear()
        return False

    def is_disturbed(self) -> bool:
        """Whether another program of this machine has got in the way."""
        return self._server is not None and self._server.is_disturbed()

    def last_words(self) -> list[str]:
        """The end of what the program that is at fault has printed, or else the server. Where the server has crashed,
        its clients only say that they have lost it."""
        status = self._server.exit_status(GONE) if self._server else None
        if crashed := status not in (None, 0):
            self.steps.append(f"server: server {ended(status)}")
        run = None if crashed else next((run for run in self._runs() if run.at_fault), None)
        return run.last_words(cut_off=False) if (run := run or self._server) else []

    def __enter__(self) -> Pair:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _running(self) -> RelayRun:
        if self._server is None:
            terminal = Terminal()
            self._kept.callback(terminal.close)
            aside = Aside("server", self.steps)
            more = {"steps": aside, "patience": self._patience, "terminal": terminal}
            self._server = RelayRun(self._workspace, self._declared.server, (), **more)
            self._kept.callback(self._server.program.end)
            self._server.listens()
        return self._server

    def _runs(self) -> Iterable[Run]:
        return [run for run in (self._server, *(person.run for person in self._people)) if run]

    def _close(self) -> None:
        self._kept.close()
        self._server, self._people = None, []
