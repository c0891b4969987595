"""What a server of the lab is to its peers: a thing without sockets and clock, which they hold in their hands."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from grader.wire.http_chat import Answer, Request, Wait
from grader.wire.streams import Delivery


class Service(Protocol):
    """A server without sockets and clock, which the datagrams are for: reference.udp_chat.Chat."""

    def say(self, name: str, text: str, now: float) -> list[tuple[bytes, Hashable]]: ...
    def receive(self, datagram: bytes, sender: Hashable, now: float) -> list[tuple[bytes, Hashable]]: ...
    def due(self, now: float) -> list[tuple[bytes, Hashable]]: ...
    def next_due(self) -> float | None: ...


MakeService = Callable[[Callable[[str, str], None]], Service]  # of what is told who has said what


class HttpService(Protocol):
    """A server without sockets and clock, which requests are for: reference.http_chat.HttpChat."""

    def say(self, name: str, text: str) -> object: ...
    def answer(self, request: Request, *, may_wait: bool = True) -> Answer | Wait: ...


MakeHttpService = Callable[[Callable[[str, str], None]], HttpService]  # of what is told who has said what


class StreamService(Protocol):
    """A server without sockets and clock, which bytes on connections are for: reference.line_chat.LineChat."""

    def opens(self, client: Hashable) -> list[Delivery]: ...
    def receives(self, client: Hashable, data: bytes) -> list[Delivery]: ...
    def ends(self, client: Hashable) -> list[Delivery]: ...


MakeStreamService = Callable[[Callable[[str, str], None]], StreamService]  # of what is told who has said what


class Silence:
    """The service that never answers."""

    def __init__(self, heard: Callable[[str, str], None]):
        """Whoever says something, nobody is told."""

    def say(self, name: str, text: str, now: float) -> list[tuple[bytes, Hashable]]:
        """Nothing."""
        return []

    def receive(self, datagram: bytes, sender: Hashable, now: float) -> list[tuple[bytes, Hashable]]:
        """Nothing."""
        return []

    def due(self, now: float) -> list[tuple[bytes, Hashable]]:
        """Nothing."""
        return []

    def next_due(self) -> float | None:
        """Never."""
        return None
