"""The load of bench/irc_chat.py: many IRC clients in one process, with a selector and sockets that block nobody.

What comes is counted, not read, so that one core of load keeps a server busy that uses another.
"""

from __future__ import annotations

import math
import re
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

SENDERS = 10
SIZE = 100  # bytes of a message
ROW = 25  # messages of each sender in a round
AHEAD = 2  # rounds that may be on their way: few enough for what servers keep for a client
GIVE_UP = 60.0  # seconds without anything new
READ = 1 << 18
STAMP = re.compile(rb"<(\d+)>")
CHANNEL = "#bench"


class Gone(Exception):
    """A server does not do its part; the text says how."""


class Client:
    """One connection. `heard` counts lines that came since it was set to 0."""

    def __init__(self, name: str, port: int):
        self.name = name
        self.heard = 0
        self.rest = b""
        self.is_welcome = self.is_in = False
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.port = port

    def connects(self) -> None:
        """Begins to; when it can write, it has."""
        self.socket.connect_ex(("127.0.0.1", self.port))

    def hello(self) -> bytes:
        """What it says first."""
        return f"NICK {self.name}\r\nUSER {self.name} 0 * :{self.name}\r\n".encode()


class Crowd:
    """Clients of one server."""

    def __init__(self, count: int, port: int):
        self._selector = selectors.DefaultSelector()
        self._buffer = bytearray(READ)
        self.clients = [Client(f"client{number}", port) for number in range(count)]
        self.delays: list[float] = []

    def joins(self, at_once: int, channel: str = CHANNEL, limit: float = math.inf) -> float:
        """All connect, so many at a time, and enter. Seconds until the last has the names in the channel."""
        began, missing, coming = time.monotonic(), len(self.clients), list(self.clients)
        while missing and time.monotonic() - began < limit:
            while coming and missing - len(coming) < at_once:
                client = coming.pop()
                client.connects()
                self._selector.register(client.socket, selectors.EVENT_WRITE, client)
            for client, event in self._ready(None if limit == math.inf else 1.0):
                if event & selectors.EVENT_WRITE:
                    client.socket.send(client.hello())
                    self._selector.modify(client.socket, selectors.EVENT_READ, client)
                    continue
                client.rest = client.rest[-8:] + self._read(client)
                missing -= self._goes_on(client, channel)
        return math.inf if missing else time.monotonic() - began

    def settles(self) -> None:
        """Nothing is on its way to anybody: each has an answer to a PING, and after that one more."""
        for number in range(2):
            self._pings(f"settled{number}".encode())

    def are_all_there(self) -> int:
        """How many answer a PING."""
        return self._pings(b"there")

    def floods(self, rounds: int) -> int:
        """Senders say so much, a few rounds ahead of the slowest listener. How many messages have been delivered."""
        senders = self.clients[:SENDERS]
        text = f"PRIVMSG {CHANNEL} :{'x' * SIZE}\r\n".encode() * ROW
        for client in self.clients:
            client.heard = 0
        each = len(senders) * ROW
        own = {client: ROW if client in senders else 0 for client in self.clients}
        for number in range(rounds + AHEAD):
            if number < rounds:
                for sender in senders:
                    self._send(sender, text)
            done = number + 1 - AHEAD
            while done > 0 and any(client.heard < done * (each - own[client]) for client in self.clients):
                for client, _ in self._ready():
                    client.heard += self._count(client)
        return sum(client.heard for client in self.clients)

    def talks(self, rate: int, seconds: float) -> None:
        """One message after the other, each with its time. `delays` has how long each took to each listener."""
        expected, began = int(rate * seconds), time.monotonic()
        missing = expected * (len(self.clients) - 1)
        said = 0
        while missing > 0:
            wait = began + said / rate - time.monotonic() if said < expected else GIVE_UP
            if wait <= 0:
                stamp = f"PRIVMSG {CHANNEL} :<{time.monotonic_ns()}>{'x' * SIZE}\r\n".encode()
                self.clients[said % len(self.clients)].socket.send(stamp)
                said += 1
                continue
            for client, _ in self._ready(wait):
                client.rest += self._read(client)
                found = list(STAMP.finditer(client.rest))
                now = time.monotonic_ns()
                self.delays += [(now - int(stamp[1])) / 1e9 for stamp in found]
                missing -= len(found)
                client.rest = client.rest[found[-1].end() :] if found else client.rest

    def leave(self) -> None:
        """All hang up."""
        for client in self.clients:
            client.socket.close()
        self._selector.close()

    def _ready(self, wait: float | None = None) -> Iterator[tuple[Client, int]]:
        events = self._selector.select(GIVE_UP if wait is None else wait)
        if not events and wait is None:
            raise Gone("nothing has come for a minute")
        return ((key.data, event) for key, event in events)

    def _read(self, client: Client) -> bytes:
        return bytes(memoryview(self._buffer)[: self._receive(client)])

    def _count(self, client: Client) -> int:
        return self._buffer.count(b"\n", 0, self._receive(client))

    def _receive(self, client: Client) -> int:
        size = client.socket.recv_into(self._buffer)
        if not size:
            raise Gone(f"{client.name} was let go")
        return size

    def _send(self, client: Client, data: bytes) -> None:
        """All of it; meanwhile the others are listened to."""
        while data:
            try:
                data = data[client.socket.send(data) :]
            except BlockingIOError:
                for other, _ in self._ready(0.001):
                    other.heard += self._count(other)

    def _pings(self, token: bytes) -> int:
        waiting = dict.fromkeys(self.clients)
        for client in self.clients:
            client.rest = b""
            self._send(client, b"PING :" + token + b"\r\n")
        while waiting:
            for client, _ in self._ready():
                client.rest = client.rest[-200:] + self._read(client)
                if re.search(rb"PONG [^\n]*" + token, client.rest):
                    waiting.pop(client, None)
        return len(self.clients)

    def _goes_on(self, client: Client, channel: str) -> bool:
        """Does what comes next when the welcome has ended; says whether it is in now."""
        self._answer_ping(client)
        if not client.is_welcome and re.search(rb" (376|422) ", client.rest):
            client.is_welcome = True
            if channel:
                client.socket.send(f"JOIN {channel}\r\n".encode())
            return not channel
        is_in, client.is_in = client.is_in, client.is_in or b" 366 " in client.rest
        return client.is_in and not is_in

    def _answer_ping(self, client: Client) -> None:
        """Some servers let nobody in who has not answered one."""
        if found := re.search(rb"^PING :?(\S+)\r?\n", client.rest, re.MULTILINE):
            client.socket.send(b"PONG :" + found[1] + b"\r\n")


@contextmanager
def crowd(count: int, port: int, at_once: int, channel: str = CHANNEL) -> Iterator[Crowd]:
    """So many clients, all in the channel."""
    clients = Crowd(count, port)
    try:
        clients.joins(at_once, channel)
        clients.settles()
        yield clients
    finally:
        clients.leave()


def percentile(values: list[float], part: float) -> float:
    """The value that this part of all is not above."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
