"""The program under test as a client that talks to the lab's server over UDP."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from grader.patience import Patience
from grader.peers.run import Run
from grader.peers.services import MakeService, Silence
from grader.peers.terminal_client import TerminalClient
from grader.peers.udp.link import Faults, good
from grader.peers.udp.server import UdpServer
from grader.sandbox.workspace import Workspace

PORT_THAT_NOBODY_HAS = 9  # "discard", RFC 863: where no sandbox and hardly a machine has a server


@dataclass(frozen=True)
class UdpClient:
    """A client that a student wrote, started at a terminal as `PROGRAM HOST PORT NAME`.

    service   makes the server that it talks to
    """

    program: str
    service: MakeService

    def meet(self, workspace: Workspace, patience: Patience) -> Client:
        """The live program, for one conversation after another; use it in a `with`."""
        return Client(self, workspace, patience)


class Client(TerminalClient):
    """What a conversation calls `client`."""

    def __init__(self, declared: UdpClient, workspace: Workspace, patience: Patience):
        super().__init__(declared.program, workspace, patience)
        self._service = declared.service

    def starts(self, name: str = "alice", *, link: Faults = good, others: Sequence[str] = ()) -> UdpServer:
        """The client is started, to talk to a server of its own, where `others` are already: that server."""
        return self._meets(self._service, name, link, others)

    def joins(self, name: str = "alice", *, link: Faults = good) -> UdpServer:
        """The client is started, says HELLO and is welcomed: the server."""
        server = self.starts(name, link=link)
        tries = itertools.count(1)
        while not server.has_answered:
            server.hears(f"HELLO {name}", times=next(tries))
        return server

    def meets_silence(self) -> UdpServer:
        """The client is started, and its server says nothing."""
        return self._meets(Silence, "alice", good, ())

    def meets_nobody(self) -> Run:
        """The client is started with a port where there is no server."""
        return self._launch(("localhost", str(PORT_THAT_NOBODY_HAS), "alice"))

    def _meets(self, service: MakeService, name: str, link: Faults, others: Sequence[str]) -> UdpServer:
        peer = UdpServer(service, self._workspace, self._watch, faults=link, steps=self.steps, patience=self._patience)
        self._keep(peer)
        for other in others:
            peer.has(other)
        peer.run = self._launch(("localhost", str(peer.port), name), {peer.port: "PORT"})
        return peer
