"""The UDP chat server of week 2 on a port, with asyncio."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress

from grader.reference.udp_chat import Address, Chat, Reply

RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes, of which Linux may give less: what comes while Python is busy is kept


async def serve(sockets: Iterable[socket.socket], heard: Callable[[str, str], None]) -> None:
    """Serves the chat on these bound UDP sockets, until it is cancelled; closes them."""
    server = _Server(Chat(heard))
    loop = asyncio.get_running_loop()
    bound = list(sockets)
    try:
        for each in bound:
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            server.transports.append((await loop.create_datagram_endpoint(lambda: _Port(server), sock=each))[0])
        await asyncio.Event().wait()
    finally:
        server.close()
        for each in bound[len(server.transports) :]:
            each.close()


class _Port(asyncio.DatagramProtocol):
    """One address that the server is to be found at. A client is known by the address and by where it came in."""

    def __init__(self, server: _Server):
        self._server = server

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, datagram: bytes, sender: tuple) -> None:
        self._server.received(datagram, (self._transport, sender))

    def error_received(self, error: OSError) -> None:
        """A client has gone: that is noticed when it answers no more."""


class _Server:
    """Chat on sockets, with the clock of the event loop."""

    def __init__(self, chat: Chat):
        self._chat = chat
        self.transports: list[asyncio.DatagramTransport] = []
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def received(self, datagram: bytes, sender: Address) -> None:
        self._send(self._chat.receive(datagram, sender, self._loop.time()))

    def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        for transport in self.transports:
            transport.close()

    def _repeat(self) -> None:
        self._timer = None
        self._send(self._chat.due(self._loop.time()))

    def _send(self, replies: Iterable[Reply]) -> None:
        for datagram, (transport, address) in replies:
            transport.sendto(datagram, address)
        due = self._chat.next_due() if self._timer is None else None
        if due is not None:
            self._timer = self._loop.call_at(due, self._repeat)
