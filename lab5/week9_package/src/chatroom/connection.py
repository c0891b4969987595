"""The connection to the server, as both faces of the client use it: objects that come and go."""

from collections.abc import AsyncIterator

from .messages import Message
from .transport import Link

# TODO 11: come in, hear, say, and take leave.


class Over(Exception):
    """The chat cannot begin, or cannot go on; it is made with a sentence."""


class Connection:
    """A link to the server."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.messages = self.listen()

    async def listen(self) -> AsyncIterator[Message]:
        """What the server says, until it closes; raises Over if nobody has said bye."""
        for message in ():
            yield message

    async def hello(self, name: str) -> Message:
        """Comes in under this name, and returns the welcome; raises Over."""
        return {}

    def send(self, message: Message) -> None:
        """Begins to send a message."""

    def bye(self) -> None:
        """Takes leave. The server closes when it has obeyed all that came before: then `messages` ends."""
