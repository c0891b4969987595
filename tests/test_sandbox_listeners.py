"""Listening sockets are seen from outside, and nothing else is taken for one."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from grader.sandbox.listeners import Listener, every_listener, listeners, unread
from grader.sandbox.ports import has_address


@pytest.fixture(params=[sys.platform, "another system"], autouse=True)
def system(request, monkeypatch):
    """Every test is done with what this system offers, and with what is there on systems without it."""
    monkeypatch.setattr(sys, "platform", request.param)


@contextmanager
def listening(host):
    """A listening socket on a port that the system chose, and what it is to be seen as."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        yield server, Listener(host, server.getsockname()[1])


@contextmanager
def bound_only():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        yield server


@contextmanager
def datagrams():
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        yield server


@contextmanager
def connected():
    with listening("127.0.0.1") as (server, _), socket.create_connection(server.getsockname()) as client:
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_a_listener_is_seen_with_its_address_and_port(host):
    if ":" in host and not has_address("::1"):
        pytest.skip("this machine has no IPv6")
    with listening(host) as (_, seen):
        assert seen in listeners([os.getpid()])


def test_every_listener_of_a_process_is_seen():
    with listening("127.0.0.1") as (_, first), listening("127.0.0.1") as (_, second):
        assert {first, second} <= set(listeners([os.getpid()]))


@pytest.mark.parametrize("opened", [bound_only, datagrams, connected])
def test_what_does_not_listen_is_not_seen(opened):
    with opened() as other:
        assert other.getsockname()[1] not in [seen.port for seen in listeners([os.getpid()])]


def test_a_closed_listener_is_not_seen_any_more():
    with listening("127.0.0.1") as (_, closed):
        pass
    assert closed not in listeners([os.getpid()])


def test_each_process_has_its_own_listeners():
    source = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); input()"
    command = [sys.executable, "-I", "-c", source]
    with listening("127.0.0.1"), subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        port = int(other.stdout.readline())
        assert listeners([other.pid]) == [Listener("127.0.0.1", port)]
        other.communicate(b"\n")


def test_a_process_that_has_gone_has_no_listeners():
    gone = subprocess.Popen([sys.executable, "-I", "-c", "pass"])
    gone.wait()
    assert listeners([gone.pid]) == []


def test_looking_makes_no_connection():
    with listening("127.0.0.1") as (server, _):
        server.setblocking(False)
        listeners([os.getpid()])
        with pytest.raises(BlockingIOError):
            server.accept()


def test_every_listener_of_the_machine_is_seen():
    with listening("127.0.0.1") as (_, ours):
        assert ours in every_listener()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_has_not_been_read_is_counted_where_the_system_says_so(host):
    if not has_address(host):
        pytest.skip(f"this machine has no {host}")
    with listening(host) as (server, _), socket.create_connection(server.getsockname()[:2]) as ours:
        theirs, _ = server.accept()
        ports = theirs.getsockname()[1], ours.getsockname()[1]
        with theirs:
            ours.sendall(b"hello")
            counts = [unread(*ports)]
            theirs.recv(3)
            counts += [unread(*ports), unread(*reversed(ports))]
    assert counts == ([5, 2, 0] if sys.platform.startswith("linux") else [0, 0, 0])
