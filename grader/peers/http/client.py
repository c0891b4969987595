"""The program under test as a client that talks to the lab's server over HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from grader.patience import Patience
from grader.peers.http.faults import Fault
from grader.peers.http.lab_server import LabServer
from grader.peers.run import Run
from grader.peers.services import MakeHttpService
from grader.peers.terminal_client import TerminalClient
from grader.sandbox.workspace import Workspace

PORT_THAT_NOBODY_HAS = 9  # "discard", RFC 863: where no sandbox and hardly a machine has a server


@dataclass(frozen=True)
class HttpClient:
    """A client that a student wrote, started at a terminal as `PROGRAM URL NAME`.

    service   makes the server that it talks to
    """

    program: str
    service: MakeHttpService

    def meet(self, workspace: Workspace, patience: Patience) -> Client:
        """The live program, for one conversation after another; use it in a `with`."""
        return Client(self, workspace, patience)


class Client(TerminalClient):
    """What a conversation calls `client`."""

    def __init__(self, declared: HttpClient, workspace: Workspace, patience: Patience):
        super().__init__(declared.program, workspace, patience)
        self._service = declared.service

    def starts(self, name: str = "alice", *, path: str = "", always: Fault | None = None) -> LabServer:
        """The client is started, to talk to a server of its own: that server.

        path     at the end of its URL
        always   what all its requests get
        """
        server = LabServer(self._service, self._workspace, self._watch, steps=self.steps, patience=self._patience)
        self._keep(server)
        server.typed = self._typed
        if always:
            server.always_fails("*", always)
        server.run = self._launch((server.url + path, name), {server.port: "PORT"})
        return server

    def joins(self, name: str = "alice", **more: object) -> LabServer:
        """The client is started, and asks for messages: the server."""
        server = self.starts(name, **more)
        server.is_asked()
        return server

    def joins_too(self, name: str) -> None:
        """A second client is started, to talk to the same server."""
        server = self.server()
        before = server.counts("GET /messages")
        server.run = self._launch((server.url, name), {server.port: "PORT"})
        server.is_asked(times=before + 1)

    def server(self) -> LabServer:
        """The server of the client that runs."""
        return self._peers[-1]

    def meets_nobody(self) -> Run:
        """The client is started with a port where there is no server."""
        return self._launch((f"http://localhost:{PORT_THAT_NOBODY_HAS}", "alice"))
