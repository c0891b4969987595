"""The connection to the server, as both faces of the client use it: objects that come and go."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from .conversation import Conversation
from .frames import Broken
from .messages import Message, Refused, decode, encode
from .transport import Link

PATIENCE = 15  # seconds for the answer to hello


class Over(Exception):
    """The chat cannot begin, or cannot go on; it is made with a sentence."""


class Connection:
    """A link to the server."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.messages = self.listen()
        self.leaving = False

    async def listen(self) -> AsyncIterator[Message]:
        """What the server says, until it closes; raises Over if nobody has said bye."""
        try:
            async for data in self.link.messages():
                yield decode(data)
        except (Broken, Refused) as problem:
            raise Over(f"what the server sends cannot be read: {problem}") from None
        except OSError:  # reset: as good as closed
            pass
        if not self.leaving:
            raise Over("the connection to the server is lost")

    async def hello(self, name: str) -> Message:
        """Comes in under this name, and returns the welcome; raises Over."""
        self.send({"type": "hello", "name": name})
        try:
            async with asyncio.timeout(PATIENCE):
                message = await anext(self.messages)
        except TimeoutError:
            raise Over(f"the server has not answered for {PATIENCE} seconds") from None
        match message:
            case {"type": "welcome"}:
                return message
            case {"type": "error"}:
                raise Over("\n".join(Conversation().lines(message)))
        raise Over("this is no chatroom server: it does not answer hello with welcome")

    def send(self, message: Message) -> None:
        self.link.put(encode(message))
        self.link.flush()

    async def drained(self) -> None:
        """Waits while the server does not read. Whether it is still there is noticed in listen(), not here."""
        with contextlib.suppress(OSError):
            await self.link.drained()

    def bye(self) -> None:
        """Takes leave. The server closes when it has obeyed all that came before: then `messages` ends."""
        if not self.leaving:
            self.leaving = True
            self.send({"type": "bye"})
