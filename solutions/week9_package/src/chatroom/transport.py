"""What server and client need of a transport, whichever it is: links on which whole messages come and go."""

import asyncio
import importlib
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Protocol

MODULES = {"tcp": ".tcp", "zmq": ".zeromq"}


class Link(Protocol):
    """A connection to the other side."""

    farewell: float  # seconds that a client waits after bye for the last answers, and for the server to close

    @property
    def waiting(self) -> int:
        """Bytes that were put, and that the system has not taken yet."""

    def messages(self) -> AsyncIterator[bytes]:
        """Whole messages as they come, until the other side ends; raises frames.Broken, or OSError."""

    def put(self, message: bytes) -> None:
        """Adds a message to what is to be sent: flush() sends it."""

    def flush(self) -> None:
        """Begins to send all that was put, and waits for nothing."""

    async def drained(self) -> None:
        """Waits until the other side has taken most of it; raises OSError if it has gone."""

    async def close(self) -> None:
        """Sends what was put, takes leave, and waits for the other side for a few seconds."""

    def abort(self) -> None:
        """Ends at once: messages() ends, what was not sent is lost."""


class Listener(Protocol):
    """What takes new links; `address` is where."""

    address: tuple[str, int]

    def close(self) -> None: ...


class Transport(Protocol):
    """A module with these two functions; both raise OSError."""

    async def listen(self, host: str, port: int, accept: Callable[[Link], None]) -> Listener:
        """Calls accept() for each new client. Port 0 means any port that is free."""

    async def connect(self, host: str, port: int) -> Link: ...


def chosen(name: str) -> Transport:
    """The transport of this name. ZeroMQ is imported only if it is asked for: it need not be installed."""
    try:
        return importlib.import_module(MODULES[name], __package__)
    except ModuleNotFoundError as problem:
        sys.exit(f"{problem}: python -m pip install pyzmq brings it")


def reason(problem: Exception) -> str:
    """Why something failed, without the number that an OSError puts before it."""
    return getattr(problem, "strerror", None) or str(problem)


def run(main: Coroutine[None, None, None], name: str) -> None:
    """asyncio.run() with a loop that this transport can use: that of Windows does not wait for ZeroMQ's sockets."""
    factory = asyncio.SelectorEventLoop if name == "zmq" and sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)
