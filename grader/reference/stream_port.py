"""A chat server of weeks 5 to 7 on a port, with asyncio: connections that last, and bytes for many of them.

What a turn of the event loop leaves for a client goes out in one write, and what goes to many was encoded once.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Protocol

from grader.reference.addresses import BACKLOG
from grader.wire.streams import Delivery

MAX_CONNECTIONS = 5_000
MAX_OF_ADDRESS = 1_000  # connections: a campus may be one address
MAX_WAITING = 1024 * 1024  # bytes for a client that does not read: more of them, and it is let go
LAST_WORDS = 1.0  # seconds for clients to take what they are told when the server ends


class Service(Protocol):
    """A server without sockets and clock: room_chat, relay_chat, line_chat."""

    def opens(self, client: Hashable) -> list[Delivery]: ...
    def receives(self, client: Hashable, data: bytes) -> list[Delivery]: ...
    def ends(self, client: Hashable) -> list[Delivery]: ...


async def serve(
    sockets: Iterable[socket.socket], service: Service, farewell: Callable[[], list[Delivery]] = list
) -> None:
    """Serves on these listening TCP sockets until it is cancelled; closes them. `farewell` is what is said then."""
    server = _Server(service)
    loop = asyncio.get_running_loop()
    ports = [await loop.create_server(lambda: _Connection(server), sock=each, backlog=BACKLOG) for each in sockets]
    try:
        await asyncio.Event().wait()
    finally:
        for port in ports:
            port.close()
        await server.stop(farewell())


class _Server:
    """A service on connections."""

    def __init__(self, service: Service):
        self._service = service
        self._connections: set[_Connection] = set()
        self._of_address: Counter[str] = Counter()
        self._loop = asyncio.get_running_loop()

    def meets(self, connection: _Connection) -> bool:
        """Lets a client in, if there is room."""
        if len(self._connections) >= MAX_CONNECTIONS or self._of_address[connection.host] >= MAX_OF_ADDRESS:
            return False
        self._connections.add(connection)
        self._of_address[connection.host] += 1
        self._deliver(self._service.opens(connection))
        return True

    def hears(self, connection: _Connection, data: bytes) -> None:
        """Does what a client asks for."""
        self._deliver(self._service.receives(connection, data))

    def loses(self, connection: _Connection) -> None:
        """A client has gone."""
        if connection in self._connections:
            self._connections.discard(connection)
            self._of_address[connection.host] -= 1
            self._of_address += Counter()  # without addresses that nobody has
            self._deliver(self._service.ends(connection))

    async def stop(self, last_words: list[Delivery]) -> None:
        """Says the last words, and ends when they are out, or soon."""
        self._deliver(last_words)
        closing = [connection.closes() for connection in list(self._connections)]
        if closing:
            await asyncio.wait(closing, timeout=LAST_WORDS)
        for connection in list(self._connections):
            connection.abort()

    def _deliver(self, deliveries: list[Delivery]) -> None:
        for to, data, ends in deliveries:
            to.leaves(data, ends)


class _Connection(asyncio.Protocol):
    """A client. What it is sent waits until the turn of the loop is over."""

    host = "nowhere"

    def __init__(self, server: _Server):
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []
        self._is_last = False
        self._is_gone = self._loop.create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.host = (transport.get_extra_info("peername") or (self.host,))[0]
        if not self._server.meets(self):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self._is_last:
            self._server.hears(self, data)

    def connection_lost(self, error: Exception | None) -> None:
        self._is_last = True
        if not self._is_gone.done():
            self._is_gone.set_result(None)
        self._server.loses(self)

    def leaves(self, data: bytes, ends: bool = False) -> None:
        """Sends this soon; nothing comes after what ends it."""
        if self._is_last:
            return
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)
        self._is_last = ends

    def closes(self) -> asyncio.Future:
        """What is done when all that it was sent is out and the connection has ended."""
        self.leaves(b"", ends=True)
        return self._is_gone

    def abort(self) -> None:
        """Ends the connection at once."""
        self._transport.abort()

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        if self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MAX_WAITING:
            self._transport.abort()
        elif self._is_last:
            self._transport.close()
