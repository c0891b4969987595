"""The HTTP chat server of weeks 3 and 4 on a port, with asyncio.

h11 and a few lines around it, and no web framework: all of them are fast enough (bench/http_chat.py has the figures),
but none has a limit for each thing that 500 clients, or one, can do to a server, nor its errors in JSON.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from grader.reference.addresses import BACKLOG
from grader.reference.http_chat import HASHING, HttpChat
from grader.reference.http_stream import CHUNK, LINGER, SLOW, Stream
from grader.wire.http_chat import Answer, Request, Wait, Wrong

if TYPE_CHECKING:
    from grader.reference.accounts import Accounts

MAX_CONNECTIONS = 5_000
MAX_OF_ADDRESS = 1_000  # connections: a campus may be one address
MAX_REFUSALS = 100  # connections above these, which are told so
OTHER_FILES = 50  # descriptors that are no connections
HASHES = 2  # passwords hashed at a time: each takes a processor, and 64 MiB
MAX_HASHES_WAITING = 100  # at some 50 ms each, the last one waits for some seconds
LAST_ANSWERS = 1  # seconds for the answers to those who wait when the server ends


async def serve(
    sockets: Iterable[socket.socket],
    heard: Callable[[str, str], None],
    *,
    accounts: Accounts | None = None,
    tls: ssl.SSLContext | None = None,
    first: int = 1,
) -> None:
    """Serves the chat on these listening TCP sockets, until it is cancelled; closes them. `first` is the first id."""
    server = _Server(heard, accounts, tls, first)
    loop = asyncio.get_running_loop()
    ports = [await loop.create_server(lambda: _Arrival(server), sock=each, backlog=BACKLOG) for each in sockets]
    try:
        await asyncio.Event().wait()
    finally:
        for port in ports:
            port.close()
        await server.end()


class _Arrival(asyncio.Protocol):
    """A connection until it is known whether there is room for it: before TLS, which takes its time."""

    def __init__(self, server: _Server):
        self._server = server

    def connection_made(self, transport: asyncio.Transport) -> None:
        transport.pause_reading()
        self._server.meet(transport)


class _Server:
    """Chat on connections, each of them a task."""

    def __init__(
        self, heard: Callable[[str, str], None], accounts: Accounts | None, tls: ssl.SSLContext | None, first: int
    ):
        self._chat = HttpChat(accounts, self._heard, first=first)
        self._tell, self._tls = heard, tls
        self._news = asyncio.Event()  # set by the next message, which makes a new one; and by the end
        self._is_ending = False
        self._connections: set[asyncio.Task] = set()
        self._polls: set[asyncio.Task] = set()  # those of them that wait for news
        self._of_address: Counter[str] = Counter()
        self._most = _room()
        self._hashing = 0
        self._pool = ThreadPoolExecutor(HASHES)

    def meet(self, transport: asyncio.Transport) -> None:
        """Lets a client in, if there is room at least to tell it that there is none."""
        if self._is_ending or len(self._connections) >= self._most + MAX_REFUSALS:
            transport.abort()
            return
        host = (transport.get_extra_info("peername") or ("nowhere",))[0]
        self._of_address[host] += 1
        task = asyncio.create_task(self._serve(transport, self._refusal(host)))
        self._connections.add(task)
        task.add_done_callback(lambda _: self._leaves(task, transport, host))

    async def end(self) -> None:
        """Those who wait get an answer; all others had theirs."""
        self._is_ending = True
        self._news.set()
        if self._polls:
            await asyncio.wait(self._polls, timeout=LAST_ANSWERS)
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _refusal(self, host: str) -> Answer | None:
        """What a client gets for whom there is no room."""
        if self._of_address[host] > MAX_OF_ADDRESS:
            return _busy(f"there are {MAX_OF_ADDRESS:,} connections from {host}, and no room for more")
        if len(self._connections) >= self._most:
            return _busy(f"there are {self._most:,} connections, and no room for more")
        return None

    def _leaves(self, task: asyncio.Task, transport: asyncio.Transport, host: str) -> None:
        transport.abort()  # here, because a task that is cancelled at once never begins
        self._connections.discard(task)
        self._of_address[host] -= 1
        if not self._of_address[host]:
            del self._of_address[host]

    async def _serve(self, transport: asyncio.Transport, refusal: Answer | None) -> None:
        with suppress(OSError):  # the client has gone, or has been too slow
            reader, writer = await _opened(transport, self._tls)
            try:
                stream = Stream(reader, writer)
                await self._talk(stream, refusal)
                await stream.close()
            finally:
                writer.transport.abort()

    async def _talk(self, stream: Stream, refusal: Answer | None) -> None:
        try:
            while request := await stream.request():
                answer = refusal or await self._answer(request)
                if not await stream.send(answer, last=bool(refusal) or self._is_ending):
                    break
        except Wrong as wrong:
            await stream.refuse(wrong)

    async def _answer(self, request: Request) -> Answer:
        if request.path in HASHING:
            return await self._hashed(request)
        answer = self._chat.answer(request)
        if not isinstance(answer, Wait):
            return answer
        self._polls.add(asyncio.current_task())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(answer.seconds):
                    while isinstance(answer, Wait) and not self._is_ending:
                        await self._news.wait()
                        answer = self._chat.answer(request)
            return self._chat.answer(request, may_wait=False) if isinstance(answer, Wait) else answer
        finally:
            self._polls.discard(asyncio.current_task())

    async def _hashed(self, request: Request) -> Answer:
        """The answer of a thread: while it hashes a password, the others chat."""
        if self._hashing >= MAX_HASHES_WAITING:
            return _busy("too many people log in at this moment")
        self._hashing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._chat.answer, request)
        finally:
            self._hashing -= 1

    def _heard(self, name: str, text: str) -> None:
        self._news.set()
        self._news = asyncio.Event()
        self._tell(name, text)


async def _opened(
    transport: asyncio.Transport, tls: ssl.SSLContext | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection as streams, for TLS after the handshake; raises OSError."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=CHUNK)
    protocol = asyncio.StreamReaderProtocol(reader)
    if tls:
        times = {"ssl_handshake_timeout": SLOW, "ssl_shutdown_timeout": LINGER}
        transport = await loop.start_tls(transport, protocol, tls, server_side=True, **times)
    else:
        transport.set_protocol(protocol)
        transport.resume_reading()
    protocol.connection_made(transport)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _busy(sentence: str) -> Answer:
    return Answer(503, {"error": sentence}, (("Retry-After", "5"),))


def _room() -> int:
    """How many connections there is room for; of a system that gives few descriptors, more are asked for."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return MAX_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + MAX_REFUSALS + OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted - MAX_REFUSALS - OTHER_FILES
