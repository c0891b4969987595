"""The clients of an echo server. The servers are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.lines.echo_server import EchoServer
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
ECHO = """\
import socket, sys
server = socket.create_server((sys.argv[1], int(sys.argv[2])))
while True:
    connection, _ = server.accept()
    while data := connection.recv(65536): {does}
    connection.close()
"""


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def alice(tmp_path, patience):
    """Makes a client of a server that does this with what it receives."""
    (tmp_path / "lab5").mkdir()
    with ExitStack() as kept:

        def alice(does):
            (tmp_path / "lab5" / "echo.py").write_text(ECHO.format(does=does))
            workspace = Workspace(tmp_path, Bare(tmp_path, Limits()), environment={"PATH": os.environ["PATH"]})
            return kept.enter_context(EchoServer("echo.py").meet(kept.enter_context(workspace), patience)).connect(
                "alice"
            )

        yield alice


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


def test_what_comes_back_is_what_was_sent(alice):
    client = alice("connection.sendall(data)")
    client.gets_back(b"one")
    client.gets_back(bytes(100_000))
    shown = r"b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'... (100,000 bytes)"
    assert client._steps[-4:] == ["alice > b'one'", "alice < b'one'", f"alice > {shown}", f"alice < {shown}"]


def test_what_follows_is_left_for_later(alice):
    client = alice("connection.sendall(data)")
    client.sends(b"onetwo")
    client.receives(b"one")
    client.receives(b"two")


def test_another_byte_is_named(alice):
    client = alice("connection.sendall(data.upper())")
    text = "expected alice to receive b'Hello', but b'HELLO' came: byte 2 is 0x45 instead of 0x65"
    assert reason(client.gets_back, b"Hello") == text


def test_that_less_came_is_said(alice, patience):
    patience.answer = BRIEF
    client = alice("connection.sendall(data[:2])")
    text = "expected alice to receive b'hello', but b'he' came and no more, although the connection is open"
    assert reason(client.gets_back, b"hello") == text


def test_that_the_connection_ended_is_said(alice):
    client = alice("break")
    text = "expected alice to receive b'hello', but nothing came before the connection ended"
    assert reason(client.gets_back, b"hello") == text
