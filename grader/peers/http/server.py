"""The program under test as an HTTP server, as a conversation sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from grader.patience import Patience
from grader.peers.http.guest import Client
from grader.peers.tcp_server import Server as TcpServer
from grader.sandbox.workspace import Workspace


@dataclass(frozen=True)
class HttpServer:
    """A server that a student wrote, started as `PROGRAM HOST PORT`.

    environment   variables that it gets besides the usual ones
    """

    program: str
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def meet(self, workspace: Workspace, patience: Patience) -> Server:
        """The live program, for one conversation after another; use it in a `with`."""
        return Server(self.program, workspace, patience, environment=self.environment)


class Server(TcpServer):
    """What a conversation calls `server`. One run serves many conversations: what is in it, they leave there."""

    def __init__(self, *what: object, **more: object):
        super().__init__(*what, **more)
        self._stored: dict[int, float] = {}

    def connect(self, name: str) -> Client:
        """A client who has something to ask, as soon as the program listens."""
        run = self._listening()
        if name in self._clients:  # an earlier one of this name
            self._clients[name].close()
        self._clients[name] = Client(
            name,
            lambda: self._connection(run, name),
            steps=self.steps,
            patience=self._patience,
            mark=self._workspace.token,
            stored=self._stored,
        )
        return self._clients[name]

    def crowd(self, number: int) -> list[Client]:
        """So many clients."""
        return [self.connect(f"client {each}") for each in range(1, number + 1)]

    def all_say(self, crowd: list[Client], text: str, **more: str) -> list[dict]:
        """They all post this at the same time: the messages that come back."""
        for client in crowd:
            client.begins_to_say(text, **more)
        return [client.has_said() for client in crowd]
