"""The server: links, the room and the storage, put together.

All of it runs in one thread. Nothing here waits for a single client, and a commit takes some 0.05 ms.
"""

import asyncio
import signal
import sys
from pathlib import Path

from .configuration import ServerSettings, server_settings
from .frames import Broken
from .messages import encode, error
from .room import Deliveries, Room, Visitor
from .storage import Storage, Unstored
from .toml_file import Unusable
from .transport import Link, chosen, reason, run

MOST_WAITING = 1024 * 1024  # bytes for a client that does not read; then it is let go
ENOUGH_WAITING = 64 * 1024  # bytes; whoever has so many to read is not asked for more work


class Server:
    """All links, and what happens on them."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.room = Room(storage)
        self.links: dict[Visitor, Link] = {}
        self.unsent: dict[Link, None] = {}  # a dict, for its order: those for whom something was put
        self.flush_comes = False
        self.conversations: set[asyncio.Task[None]] = set()
        self.end = asyncio.get_running_loop().create_future()

    def accept(self, link: Link) -> None:
        """Serves one more client, beside all others."""
        conversation = asyncio.create_task(self.converse(link))
        self.conversations.add(conversation)  # asyncio itself does not keep what nobody else refers to
        conversation.add_done_callback(self.conversations.discard)

    async def converse(self, link: Link) -> None:
        """Serves one client, from its first byte to its last."""
        visitor = Visitor()
        self.links[visitor] = link
        try:
            await self.obey(visitor, link)
        except Broken as broken:
            self.deliver([([visitor], error(broken.code, str(broken)))])
        except OSError:  # the connection was reset: nobody is there to be told
            pass
        except Unstored as problem:
            self.stop(problem)
        finally:
            self.deliver(self.room.leave(visitor))
            del self.links[visitor]
        self.flush()
        await link.close()

    async def obey(self, visitor: Visitor, link: Link) -> None:
        """Obeys each message, until the other side ends or says bye."""
        async for message in link.messages():
            self.deliver(self.room.receive(visitor, message))
            if visitor.gone:
                return
            if link.waiting > ENOUGH_WAITING:  # it sends commands and does not read the answers: they wait for it
                await asyncio.sleep(0)  # lets flush() come first
                await link.drained()

    def deliver(self, deliveries: Deliveries) -> None:
        """Puts messages into the outboxes. They are sent in a moment, together with others: see flush()."""
        for visitors, message in deliveries:
            data = encode(message)
            for visitor in visitors:
                if link := self.links.get(visitor):
                    link.put(data)
                    self.unsent[link] = None
        if not self.flush_comes:
            self.flush_comes = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Commits what came in this turn of the loop, and then sends it: nobody sees what could still be lost."""
        self.flush_comes = False
        try:
            self.storage.commit()
        except Unstored as problem:
            self.stop(problem)
            return
        links, self.unsent = list(self.unsent), {}
        for link in links:
            link.flush()
            if link.waiting > MOST_WAITING:
                link.abort()  # its messages() end, and so the others will be told

    def stop(self, problem: Exception | None = None) -> None:
        """Ends the server, with an exception or because it was asked to."""
        if not self.end.done():
            self.end.set_result(problem)


async def serve(settings: ServerSettings) -> None:
    """Serves until a signal comes; raises Unstored. If it cannot listen, the program ends with a sentence."""
    storage = Storage(Path(settings.database))
    server = Server(storage)
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(name, server.stop)
        except NotImplementedError:  # Windows; there Ctrl-C is a KeyboardInterrupt, for main()
            pass
    try:
        listener = await chosen(settings.transport).listen(settings.host, settings.port, server.accept)
    except (OSError, UnicodeError) as problem:
        sys.exit(f"cannot listen on {settings.host} port {settings.port}: {reason(problem)}")
    host, port = listener.address
    print(f"chatroom-server listens on {host} port {port}", flush=True)  # with flush: the reader may be a pipe
    try:
        if problem := await server.end:
            raise problem
    finally:
        listener.close()
        for link in list(server.links.values()):
            link.abort()
        storage.close()


def main() -> None:
    try:
        settings = server_settings(sys.argv[1:])
    except Unusable as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    try:
        run(serve(settings), settings.transport)
    except KeyboardInterrupt:
        pass
    except Unstored as problem:
        sys.exit(str(problem))
