"""Frames over TCP. What a link and a listener must have is in transport.py."""

from collections.abc import Callable

from .transport import Link, Listener

# TODO 8: links that carry frames over TCP.


async def listen(host: str, port: int, accept: Callable[[Link], None]) -> Listener:
    """Calls accept() for each new client. Port 0 means any port that is free."""


async def connect(host: str, port: int) -> Link:
    """Connects; raises OSError if nobody is there."""
