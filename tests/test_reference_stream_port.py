"""The port that chat servers of weeks 5 to 7 share: real connections, and a service that repeats everything to all."""

import asyncio
import socket
import threading
from contextlib import ExitStack, closing

import pytest

from grader.reference import stream_port
from grader.reference.addresses import bound
from grader.reference.stream_port import serve
from grader.wire.streams import Delivery

GENEROUS = 10  # seconds until a test gives up


class Repeats:
    """Says who comes and goes; whoever says `bye` is let go with a last word."""

    def __init__(self):
        self.clients = []

    def opens(self, client):
        self.clients.append(client)
        return [Delivery(client, b"welcome\n")]

    def receives(self, client, data):
        if data == b"bye\n":
            return [Delivery(client, b"see you\n", ends=True), Delivery(client, b"never sent\n")]
        return [Delivery(each, data) for each in self.clients]

    def ends(self, client):
        self.clients.remove(client)
        return [Delivery(each, b"one less\n") for each in self.clients]


class Port:
    """The server in a thread of its own."""

    def __init__(self):
        self.service = Repeats()
        sockets = bound("127.0.0.1", 0, socket.SOCK_STREAM)
        self.address = sockets[0].getsockname()
        self._ready, self._kept = threading.Event(), ExitStack()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(sockets)))
        self._thread.start()
        assert self._ready.wait(GENEROUS)

    async def _run(self, sockets):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        farewell = lambda: [Delivery(client, b"the end\n") for client in self.service.clients]  # noqa: E731
        serving = asyncio.create_task(serve(sockets, self.service, farewell))
        self._ready.set()
        await self._stop.wait()
        serving.cancel()
        await asyncio.wait([serving])

    def connects(self):
        """A client, who has been welcomed."""
        client = self._kept.enter_context(closing(socket.create_connection(self.address, GENEROUS)))
        assert gets(client, b"welcome\n")
        return client

    def stop(self):
        """It ends, and so does its thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(GENEROUS)
        assert not self._thread.is_alive()

    def close(self):
        self.stop()
        self._kept.close()


@pytest.fixture
def port():
    with closing(Port()) as port:
        yield port


def gets(client, expected):
    """Whether exactly this comes next."""
    came = b""
    while len(came) < len(expected) and (data := client.recv(len(expected) - len(came))):
        came += data
    return came == expected


def ends(client):
    """Whether nothing comes but the end."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def test_everybody_gets_what_is_for_everybody(port):
    alice, bob = port.connects(), port.connects()
    alice.sendall(b"hello\n")
    assert gets(alice, b"hello\n")
    assert gets(bob, b"hello\n")


def test_the_others_hear_that_somebody_has_gone(port):
    alice, bob = port.connects(), port.connects()
    bob.close()
    assert gets(alice, b"one less\n")


def test_the_last_word_is_the_last(port):
    alice = port.connects()
    alice.sendall(b"bye\n")
    assert gets(alice, b"see you\n")
    assert ends(alice)


def test_who_does_not_read_is_let_go_and_delays_nobody(port, monkeypatch):
    monkeypatch.setattr(stream_port, "MAX_WAITING", 100_000)
    alice, never_reads = port.connects(), port.connects()
    never_reads.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    came = b""
    while b"one less\n" not in came:
        alice.sendall(b"x" * 50_000 + b"\n")
        came = came[-20:] + alice.recv(1 << 20)
    assert len(port.service.clients) == 1


@pytest.mark.parametrize("limit", ["MAX_CONNECTIONS", "MAX_OF_ADDRESS"])
def test_there_is_room_for_so_many(limit, port, monkeypatch):
    monkeypatch.setattr(stream_port, limit, 1)
    alice = port.connects()
    with socket.create_connection(port.address, GENEROUS) as bob:
        assert ends(bob)
    alice.close()
    while port.service.clients:  # until it has noticed
        pass
    assert port.connects()


def test_everybody_is_told_when_it_ends(port):
    alice = port.connects()
    port.stop()
    assert gets(alice, b"the end\n")
    assert ends(alice)


def test_who_does_not_read_does_not_keep_it_from_ending(port, monkeypatch):
    monkeypatch.setattr(stream_port, "LAST_WORDS", 0.05)
    alice = port.connects()
    for _ in range(20):
        alice.sendall(b"x" * 50_000)
    port.stop()
