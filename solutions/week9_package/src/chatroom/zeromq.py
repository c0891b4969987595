"""The same over ZeroMQ, which makes messages of the stream by itself: a message is one part, and no frame is needed.

The server is a ROUTER, which gives each client an identity, and puts it before what the client sends. The clients are
DEALERs. Nobody is told when the other side vanishes: for TCP that is the end of the stream.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import zmq
import zmq.asyncio

from .frames import LONGEST_MESSAGE, Broken

MOST_MESSAGES = 10_000  # that wait for a client which does not read; ZeroMQ counts messages, not bytes
LAST_WORDS = 1_000  # milliseconds for what was sent to leave before the program does


class ZmqLink:
    """A conversation: with the server, or with one of the clients of a ROUTER."""

    farewell = 1.0  # seconds; nobody tells us when the last answer has come

    def __init__(self, send: Callable[[bytes], None], end: Callable[[], None]) -> None:
        self.send, self.end = send, end
        self.inbox: asyncio.Queue[list[bytes] | None] = asyncio.Queue()  # None: it has ended
        self.outbox: list[bytes] = []
        self.receiving: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return sum(map(len, self.outbox))

    async def messages(self) -> AsyncIterator[bytes]:
        while (parts := await self.inbox.get()) is not None:
            if len(parts) != 1:
                raise Broken(400, f"a message has one part, not {len(parts)}")
            if len(parts[0]) > LONGEST_MESSAGE:
                raise Broken(413, f"a message has at most {LONGEST_MESSAGE:,} bytes")
            yield parts[0]

    def put(self, message: bytes) -> None:
        self.outbox.append(message)

    def flush(self) -> None:
        messages, self.outbox = self.outbox, []
        try:
            for message in messages:
                self.send(message)
        except zmq.ZMQError:  # nobody has this identity any more, or too many messages wait
            self.abort()

    async def drained(self) -> None:
        """ZeroMQ does not say what it has sent."""

    async def close(self) -> None:
        self.flush()
        self.abort()

    def abort(self) -> None:
        self.inbox.put_nowait(None)
        self.end()


class ZmqListener:
    """A ROUTER socket, and a link for each identity that has said something."""

    def __init__(self, router: zmq.asyncio.Socket, accept: Callable[[ZmqLink], None]) -> None:
        self.router, self.accept = router, accept
        host, port = router.getsockopt_string(zmq.LAST_ENDPOINT).removeprefix("tcp://").rsplit(":", 1)
        self.address = (host.strip("[]"), int(port))
        self.links: dict[bytes, ZmqLink] = {}
        self.receiving = asyncio.create_task(self.receive())

    async def receive(self) -> None:
        while True:
            identity, *parts = await self.router.recv_multipart()
            if identity not in self.links:
                self.links[identity] = self.link(identity)
                self.accept(self.links[identity])
            self.links[identity].inbox.put_nowait(parts)

    def link(self, identity: bytes) -> ZmqLink:
        def send(message: bytes) -> None:
            self.router.send_multipart([identity, message], zmq.NOBLOCK).result()  # done at once, or refused

        return ZmqLink(send, lambda: self.links.pop(identity, None))

    def close(self) -> None:
        self.router.close(LAST_WORDS)


async def listen(host: str, port: int, accept: Callable[[ZmqLink], None]) -> ZmqListener:
    router = new_socket(zmq.ROUTER, host)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)  # else what cannot be sent is thrown away without a word
    try:
        router.bind(await endpoint(host, port))
    except zmq.ZMQError as problem:
        raise OSError(str(problem)) from None
    return ZmqListener(router, accept)


async def connect(host: str, port: int) -> ZmqLink:
    """Connects; whether anybody is there, ZeroMQ does not tell: it goes on trying."""
    dealer = new_socket(zmq.DEALER, host)
    dealer.connect(await endpoint(host, port))
    link = ZmqLink(lambda message: dealer.send(message, zmq.NOBLOCK).result(), lambda: dealer.close(LAST_WORDS))

    async def receive() -> None:
        while True:
            link.inbox.put_nowait(await dealer.recv_multipart())

    link.receiving = asyncio.create_task(receive())  # kept there: asyncio itself does not keep it
    return link


def new_socket(kind: int, host: str) -> zmq.asyncio.Socket:
    new = zmq.asyncio.Context.instance().socket(kind)
    new.setsockopt(zmq.IPV6, ":" in host)
    new.setsockopt(zmq.SNDHWM, MOST_MESSAGES)
    new.setsockopt(zmq.MAXMSGSIZE, 16 * LONGEST_MESSAGE)  # what is longer ends the connection: it has no room here
    return new


async def endpoint(host: str, port: int) -> str:
    """An address as ZeroMQ writes it: numeric, since it looks up no names to bind to; `*` for any port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    [(*_, address), *_] = await asyncio.get_running_loop().getaddrinfo(host, port, family=family)
    numeric = f"[{address[0]}]" if family == socket.AF_INET6 else address[0]
    return f"tcp://{numeric}:{port or '*'}"
