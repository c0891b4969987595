"""The link as a program of its own: clients send to it, and it sends on to the server, as well as it pleases."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from grader.patience import Deadline
from grader.peers.udp.link import Direction, Fate, Faults
from grader.peers.watch import Watch

LARGEST = 65_535  # bytes of a datagram of UDP
MAX_FLOWS = 200  # clients at a time: each costs a socket, and more of them than a room of students is a flood
AT_ONCE = 100  # datagrams that are read from one socket before others have their turn
ROUND = 0.5  # seconds; Ctrl-C is noticed in between, also on Windows


class Carriage(NamedTuple):
    """What became of one datagram of client number `flow`, on its way to the server (`>`) or to the client (`<`)."""

    flow: int
    sign: str
    datagram: bytes
    fate: Fate


class Flow:
    """A client of the link, and the socket by which the server knows it."""

    def __init__(self, number: int, upstream: socket.socket, faults: Faults):
        self.number = number
        self.upstream = upstream
        self.ways = {sign: Direction(faults, number, sign) for sign in "><"}


class Relay:
    """Carries datagrams between whoever sends to it and the server; use it in a `with`.

    sockets   where clients send to
    server    its family and its address
    show      is told what became of each datagram
    watch     what else is to be watched meanwhile
    """

    def __init__(
        self,
        sockets: list[socket.socket],
        server: tuple[int, tuple],
        faults: Faults,
        show: Callable[[Carriage], None] = lambda carriage: None,
        watch: Watch | None = None,
    ):
        self._server = server
        self._faults = faults
        self._show = show
        self._watch = watch or Watch()
        self._open = [*sockets]
        self._flows: dict[tuple, Flow] = {}
        for listening in sockets:
            self._watch.add(listening, lambda listening=listening: self._from_clients(listening))

    def run(self) -> None:
        """Goes on until it is interrupted."""
        while True:
            self._watch.until(lambda: False, Deadline(ROUND))

    def _from_clients(self, listening: socket.socket) -> None:
        for datagram, address in _waiting(listening):
            flow = self._flows.get((listening, address)) or self._new_flow(listening, address)
            for each in self._carried(flow, ">", datagram) if flow else []:
                _send(flow.upstream, each)

    def _from_server(self, flow: Flow, listening: socket.socket, client: tuple) -> None:
        for datagram, _ in _waiting(flow.upstream):
            for each in self._carried(flow, "<", datagram):
                with suppress(OSError):
                    listening.sendto(each, client)

    def _carried(self, flow: Flow, sign: str, datagram: bytes) -> list[bytes]:
        carried = flow.ways[sign].carries(datagram)
        self._show(Carriage(flow.number, sign, datagram, carried.fate))
        return carried.out

    def _new_flow(self, listening: socket.socket, client: tuple) -> Flow | None:
        if len(self._flows) >= MAX_FLOWS:
            return None
        upstream = socket.socket(self._server[0], socket.SOCK_DGRAM)
        self._open.append(upstream)
        upstream.setblocking(False)
        upstream.connect(self._server[1])
        flow = self._flows[listening, client] = Flow(len(self._flows) + 1, upstream, self._faults)
        self._watch.add(upstream, lambda: self._from_server(flow, listening, client))
        return flow

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.close()
        for each in self._open:
            each.close()


def _send(upstream: socket.socket, datagram: bytes) -> None:
    """Sends, if the server is there. What the system says first may be about the datagram before this one."""
    for _ in range(2):
        with suppress(OSError):
            upstream.send(datagram)
            return


def _waiting(source: socket.socket) -> list[tuple[bytes, tuple]]:
    """What has come; that the other side is not there is no news."""
    came = []
    with suppress(BlockingIOError):
        while len(came) < AT_ONCE:
            with suppress(ConnectionError):
                came.append(source.recvfrom(LARGEST))
    return came
