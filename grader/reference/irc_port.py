"""The IRC server of week 8 on a port, with asyncio.

What a turn of the event loop leaves for a client goes out in one write. A client that does not read costs some memory
and no time, and is let go.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from grader.reference.addresses import BACKLOG
from grader.reference.irc.chat import IrcChat
from grader.wire.streams import Delivery

MAX_CONNECTIONS = 5_000
MAX_OF_ADDRESS = 2_000  # connections: a campus may be one address
MAX_WAITING = 1024 * 1024  # bytes for a client that does not read: more of them, and it is let go
READ = 16 * 1024  # bytes of one client in one turn: many who send much are heard in turn
FULL = b"ERROR :Closing link: there are too many connections\r\n"
TICK = 0.05  # seconds between two looks at the clock
LAST_WORDS = 1.0  # seconds for a client to take what it is told when it is let go


async def serve(sockets: Iterable[socket.socket], chat: IrcChat) -> None:
    """Serves on these listening TCP sockets until it is cancelled; closes them."""
    _allow_connections()
    server = _Server(chat)
    loop = asyncio.get_running_loop()
    ports = [await loop.create_server(lambda: _Connection(server), sock=each, backlog=BACKLOG) for each in sockets]
    try:
        while True:
            await asyncio.sleep(TICK)
            server.ticks()
    finally:
        for port in ports:
            port.close()
        await server.stop()


class _Server:
    """The chat on connections, which are its clients' keys."""

    def __init__(self, chat: IrcChat):
        self._chat = chat
        self._connections: set[_Connection] = set()
        self._of_address: Counter[str] = Counter()
        self._unsent: list[_Connection] = []
        self._loop = asyncio.get_running_loop()
        self._epoch = time.time() - time.monotonic()  # so that nobody times out when the clock is set
        self.buffer = bytearray(READ)  # what comes is taken out at once, so one is enough

    def meets(self, connection: _Connection) -> bool:
        """Lets a client in, if there is room."""
        if len(self._connections) >= MAX_CONNECTIONS or self._of_address[connection.host] >= MAX_OF_ADDRESS:
            return False
        self._connections.add(connection)
        self._of_address[connection.host] += 1
        self._deliver(self._chat.opens(connection, connection.host))
        return True

    def hears(self, connection: _Connection, data: bytes) -> None:
        """Does what a client asks for."""
        self._deliver(self._chat.receives(connection, data))

    def loses(self, connection: _Connection, reason: str) -> None:
        """A client has gone."""
        if connection in self._connections:
            self._connections.discard(connection)
            self._of_address[connection.host] -= 1
            self._of_address += Counter()  # without addresses that nobody has
            self._deliver(self._chat.ends(connection, reason))

    def ticks(self) -> None:
        """Does what is due."""
        self._deliver(self._chat.ticks(self._epoch + time.monotonic()))

    async def stop(self) -> None:
        """Tells everybody, and ends when that is out, or soon."""
        self._deliver(self._chat.closes())
        left = [connection.is_gone for connection in self._connections]
        if left:
            await asyncio.wait(left, timeout=LAST_WORDS)
        for connection in list(self._connections):
            connection.abort()

    def _deliver(self, deliveries: list[Delivery]) -> None:
        if deliveries and not self._unsent:
            self._loop.call_soon(self._send)
        for connection, data, ends in deliveries:
            if not connection.waiting:
                self._unsent.append(connection)
            connection.waiting.append(data)
            connection.is_last |= ends

    def _send(self) -> None:
        """The turn is over."""
        unsent, self._unsent = self._unsent, []
        for connection in unsent:
            connection.flush()


class _Connection(asyncio.BufferedProtocol):
    """A client.

    waiting   what it is sent when the turn is over
    is_last   whether nothing comes after it
    is_gone   is done when the connection has ended
    """

    host = "nowhere"

    def __init__(self, server: _Server):
        self._server = server
        self._loop = asyncio.get_running_loop()
        self.waiting: list[bytes] = []
        self.is_last = False
        self.is_gone = self._loop.create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.host = (transport.get_extra_info("peername") or (self.host,))[0]
        if not self._server.meets(self):
            transport.write(FULL)
            transport.close()

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        if not self.is_last:  # of what comes after the last word, or was refused, nothing counts
            self._server.hears(self, bytes(memoryview(self._server.buffer)[:nbytes]))

    def connection_lost(self, error: Exception | None) -> None:
        self.is_last = True
        if not self.is_gone.done():
            self.is_gone.set_result(None)
        self._server.loses(self, "Connection reset" if error else "Connection closed")

    def abort(self) -> None:
        """Ends the connection at once."""
        self._transport.abort()

    def flush(self) -> None:
        """Sends what waits. The kernel takes what it can before it is counted: who reads may be sent much at once."""
        data = self.waiting[0] if len(self.waiting) == 1 else b"".join(self.waiting)
        self.waiting.clear()
        if self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MAX_WAITING:
            self._transport.abort()
            self._server.loses(self, "Max SendQ exceeded")
        elif self.is_last:
            self._let_go()

    def _let_go(self) -> None:
        """Ends the sending side only: with bytes unread, an end of both would be a reset that overtakes last words."""
        with suppress(OSError):
            self._transport.write_eof()
        self._loop.call_later(LAST_WORDS, self._transport.abort)


def _allow_connections() -> None:
    """As many open files as that takes, where there is such a limit."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MAX_CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * MAX_CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and wanted > soft:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
