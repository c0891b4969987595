"""The lab's IRC server on a port: real connections."""

import asyncio
import socket
import threading
import time
from contextlib import ExitStack, closing, suppress

import pytest

from grader.reference import irc_port
from grader.reference.addresses import bound
from grader.reference.irc.chat import IrcChat
from grader.reference.irc.settings import Settings
from grader.reference.irc_port import serve

GENEROUS = 10  # seconds until a test gives up


class Port:
    """The server in a thread of its own."""

    def __init__(self, **settings):
        self.chat = IrcChat(now=time.time(), settings=Settings(name="irc", **settings))
        sockets = bound("127.0.0.1", 0, socket.SOCK_STREAM)
        self.address = sockets[0].getsockname()
        self._ready, self._kept = threading.Event(), ExitStack()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(sockets)))
        self._thread.start()
        assert self._ready.wait(GENEROUS)

    async def _run(self, sockets):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        serving = asyncio.create_task(serve(sockets, self.chat))
        self._ready.set()
        await self._stop.wait()
        serving.cancel()
        await asyncio.wait([serving])

    def connects(self):
        """A client that nobody knows yet."""
        return self._kept.enter_context(closing(socket.create_connection(self.address, GENEROUS)))

    def says_hello(self, nick):
        """A client that may soon be in the channel #a."""
        client = self.connects()
        client.sendall(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nJOIN #a\r\n".encode())
        return client

    def enters(self, nick):
        """A client in the channel #a."""
        client = self.says_hello(nick)
        assert heard(client, b" 366 ")
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
    with closing(Port(flood=0)) as port:
        yield port


def heard(client, expected):
    """All that comes until this has come, or nothing more."""
    came = b""
    with suppress(ConnectionError):
        while expected not in came and (data := client.recv(1 << 16)):
            came += data
    return came if expected in came else b""


def ends(client):
    """Whether nothing comes but the end, after what is on its way."""
    try:
        while client.recv(1 << 16):
            pass
    except ConnectionError:
        pass
    return True


def test_what_one_says_another_hears(port):
    alice, bob = port.enters("alice"), port.enters("bob")
    alice.sendall("PRIVMSG #a :caf\u00e9\n".encode())
    assert heard(bob, ":alice!alice@127.0.0.1 PRIVMSG #a :caf\u00e9\r\n".encode())


def test_a_connection_that_ends_is_a_quit(port):
    alice, bob = port.enters("alice"), port.enters("bob")
    bob.close()
    assert heard(alice, b":bob!bob@127.0.0.1 QUIT :Connection closed\r\n")


def test_the_last_word_is_the_last(port):
    alice = port.enters("alice")
    alice.sendall(b"QUIT :bye\r\nPING x\r\n")
    assert heard(alice, b"ERROR :Closing link: 127.0.0.1 (Quit: bye)\r\n")
    assert alice.recv(1) == b""


def test_who_floods_gets_the_last_word_though_much_is_unread():
    with closing(Port(flood=1)) as port:
        alice = port.enters("alice")
        alice.sendall(b"PING x\r\n" * 100_000)
        assert heard(alice, b"(Excess Flood)\r\n")


def test_lines_that_wait_are_done_when_it_is_time():
    with closing(Port(flood=20)) as port:
        alice = port.enters("alice")
        alice.sendall(b"".join(b"PING %d\r\n" % number for number in range(210)))
        assert heard(alice, b"PONG irc :209\r\n")


def test_who_says_nothing_is_let_go():
    with closing(Port(ping=0.2)) as port:
        assert heard(port.connects(), b"ERROR :Closing link: 127.0.0.1 (Registration timed out)\r\n")
        assert heard(port.enters("alice"), b"(Ping timeout: 0.2 seconds)\r\n")


def test_who_does_not_read_is_let_go_and_delays_nobody(port, monkeypatch):
    monkeypatch.setattr(irc_port, "MAX_WAITING", 100_000)
    alice, bob, never_reads = port.enters("alice"), port.enters("bob"), port.enters("mute")
    never_reads.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    came = b""
    for _ in range(2_000):
        if b":mute!mute@127.0.0.1 QUIT" in came:
            break
        bob.sendall(b"PRIVMSG #a :" + b"x" * 400 + b"\r\n" + b"PRIVMSG #a :y\r\n" * 50)
        came = came[-100:] + alice.recv(1 << 20)
    assert b"QUIT :Max SendQ exceeded" in came


@pytest.mark.parametrize("limit", ["MAX_CONNECTIONS", "MAX_OF_ADDRESS"])
def test_there_is_room_for_so_many(limit, port, monkeypatch):
    monkeypatch.setattr(irc_port, limit, 1)
    alice = port.enters("alice")
    assert heard(port.connects(), b"ERROR :Closing link: there are too many connections\r\n")
    alice.sendall(b"QUIT\r\n")
    assert ends(alice)
    alice.close()
    while not heard(port.says_hello("bob"), b" 366 "):  # until it has noticed
        pass


def test_everybody_is_told_when_it_ends(port):
    alice = port.enters("alice")
    port.stop()
    assert heard(alice, b"ERROR :The server ends\r\n")
