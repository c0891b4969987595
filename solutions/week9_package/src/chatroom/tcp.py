"""Frames over TCP."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable

from .frames import Frames, framed

PIECE = 64 * 1024  # bytes that are received at a time
BACKLOG = 256  # clients that may wait to be accepted: a class comes all at once
LINGER = 5  # seconds in which the other side may take its last messages and close


class TcpLink:
    """A connection that carries frames."""

    farewell = 10.0  # seconds

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.frames = Frames()
        self.outbox = bytearray()

    @property
    def waiting(self) -> int:
        return len(self.outbox) + self.writer.transport.get_write_buffer_size()

    async def messages(self) -> AsyncIterator[bytes]:
        while data := await self.reader.read(PIECE):
            for message in self.frames.receive(data):
                yield message

    def put(self, message: bytes) -> None:
        self.outbox += framed(message)

    def flush(self) -> None:
        data, self.outbox = self.outbox, bytearray()  # a new one: asyncio may still hold on to the old one
        if not self.writer.is_closing():
            self.writer.write(data)  # what the system does not take at once, asyncio sends later

    async def drained(self) -> None:
        await self.writer.drain()

    async def close(self) -> None:
        # close() with bytes of the other side unread resets the connection, and some systems then throw away what it
        # has not read: our last words. So this ends our direction only, and reads until the other side ends its own.
        self.flush()
        try:
            with contextlib.suppress(OSError):  # TimeoutError is one
                async with asyncio.timeout(LINGER):
                    self.writer.write_eof()
                    while await self.reader.read(PIECE):
                        pass
                    self.writer.close()
                    await self.writer.wait_closed()
        finally:
            self.abort()

    def abort(self) -> None:
        self.writer.transport.abort()


class TcpListener:
    def __init__(self, server: asyncio.Server) -> None:
        self.server = server
        self.address = server.sockets[0].getsockname()[:2]

    def close(self) -> None:
        self.server.close()


async def listen(host: str, port: int, accept: Callable[[TcpLink], None]) -> TcpListener:
    # One family: "localhost" is often an address of each, and port 0 would give two different ports.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = await asyncio.start_server(
        lambda reader, writer: accept(TcpLink(reader, writer)), host, port, family=family, backlog=BACKLOG
    )
    return TcpListener(server)


async def connect(host: str, port: int) -> TcpLink:
    return TcpLink(*await asyncio.open_connection(host, port))
