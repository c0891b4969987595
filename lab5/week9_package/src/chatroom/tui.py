"""The client on the whole screen: messages, people, a line to type in, and a line that says where we are."""

from .connection import Connection
from .messages import Message


async def show(connection: Connection, welcome: Message, place: str) -> None:
    """Chats until the user ends it; raises Over if the server does."""
    # TODO 14: an App of Textual with messages, people, an input line, and a status line that says `place`.
