"""The client line by line: for pipes, screen readers and tests."""

from .connection import Connection
from .messages import Message


async def show(connection: Connection, welcome: Message) -> None:
    """Chats until the end of the input or /quit; raises Over if the server ends it."""
    # TODO 12: print what comes; send what is typed, and nothing of it is lost.
