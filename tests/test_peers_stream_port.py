"""The lab's server of a check on a port, for clients over TCP. The client is a socket of the test."""

import os
import select
import socket
from contextlib import ExitStack, suppress

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import stream_port as stream_port_module
from grader.peers.stream_port import StreamPort
from grader.peers.watch import Watch
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace
from grader.wire.streams import Delivery

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come


class Echo:
    """A service that echoes, greets whoever connects, and ends at `bye`."""

    def __init__(self, heard):
        self.heard = heard

    def opens(self, client):
        return [Delivery(client, b"welcome\n")]

    def receives(self, client, data):
        return [Delivery(client, b"" if b"bye" in data else data, ends=b"bye" in data), Delivery("nobody", b"?")]

    def ends(self, client):
        self.heard(str(client), "leaves")
        return []


class Program:
    """The run of a client that is still there, or has ended with a status."""

    subject, status = "client", None

    def exit_status(self, seconds=0):
        return self.status

    def neutral(self, text):
        return text

    def reason(self):
        return ""

    def unmet(self, expected, came):
        return Unmet(expected, came)


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(stream_port_module, "REST", BRIEF)
    monkeypatch.setattr(stream_port_module, "READS", BRIEF)


@pytest.fixture
def patience():
    """More than anything here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def port(tmp_path, patience):
    """The echo service on a port."""
    with ExitStack() as kept:
        site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
        workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token="abcd"))
        watch = Watch()
        kept.callback(watch.close)
        port = StreamPort(Echo, workspace, watch, steps=[], patience=patience)
        kept.callback(port.close)
        port.run = Program()
        yield port


@pytest.fixture
def alice(port):
    """A client who has connected."""
    with socket.create_connection(("127.0.0.1", port.port), timeout=GENEROUS) as alice:
        yield alice


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


def test_a_line_is_heard_and_answered(port, alice):
    alice.sendall(b"hello abcd\n")
    port.hears("hello")
    assert alice.recv(99) == b"welcome\nhello abcd\n"
    assert port.steps[:3] == ["client connects", "client < b'welcome'", "client > b'hello abcd'"]


def test_a_line_in_pieces_is_one_line(port, alice):
    for piece in (b"hel", b"lo ab", b"cd\nmore abcd\nhal"):
        alice.sendall(piece)
    port.has_heard("hello", "more")
    port.log_all()
    assert port.steps[-1] == "client > b'hal'        (without the end of its line)"


def test_a_line_is_heard_so_many_times(port, alice, patience):
    alice.sendall(b"hello abcd\n" * 2)
    port.hears("hello", times=2)
    patience.answer = BRIEF
    assert reason(port.hears, "hello", times=3) == "once more: b'hello abcd' from the client, but nothing came"


@pytest.mark.parametrize(
    ("data", "came"),
    [(b"no\n", "b'no' came"), (b"hel", "b'hel' came without the end of its line"), (b"", "nothing came")],
)
def test_another_line_is_named(port, alice, patience, data, came):
    alice.sendall(data)
    patience.answer = BRIEF
    assert reason(port.hears, "hello") == f"b'hello abcd' from the client, but {came}"


def test_a_program_that_has_ended_is_named(port):
    port.run.status = 1
    assert reason(port.hears, "hello") == "b'hello abcd' from the client, but the program ended with status 1"


def test_what_an_ended_program_has_sent_is_heard(port):
    with socket.create_connection(("127.0.0.1", port.port)) as alice:
        alice.sendall(b"hello abcd\n")
    port.run.status = 0
    port.hears("hello")


def test_more_lines_than_wanted_are_named(port, alice):
    alice.sendall(b"one abcd\ntwo abcd\n")
    port.hears("two")
    assert reason(port.has_heard, "two") == "these lines, in this order: b'two abcd', but b'one abcd', b'two abcd' came"


def test_lines_are_sent_in_one_segment(port, alice):
    alice.sendall(b"hi abcd\n")
    port.hears("hi")
    assert alice.recv(99) == b"welcome\nhi abcd\n"
    port.sends("one", "two")
    assert alice.recv(99) == b"one\ntwo\n"


def test_pieces_wait_until_they_are_read_or_for_a_while(port, alice):
    alice.sendall(b"hi abcd\n")
    port.hears("hi")
    port.pieces = 1
    port.sends("one")
    assert alice.recv(99) == b"welcome\nhi abcd\none\n"
    assert port.steps[-1] == "client < b'one'        (in pieces of 1 byte)"


def test_a_service_may_end_a_connection_without_a_word(port, alice):
    alice.sendall(b"bye abcd\n")
    port.hears("bye")
    assert alice.recv(8) + alice.recv(1) == b"welcome\n"
    assert port.steps[-1] == "the server ends the connection"
    port.sees_the_end()


def test_the_end_of_a_connection_is_seen(port, alice):
    alice.sendall(b"hi abcd\n")
    port.hears("hi")
    alice.close()
    port.sees_the_end()
    assert port.steps[-1] == "client ends the connection"


def test_a_connection_that_stays_open_is_named(port, alice, patience):
    alice.sendall(b"hi abcd\n")
    port.hears("hi")
    patience.answer = BRIEF
    assert reason(port.sees_the_end) == "the client to end its connection, but it stays open"


def test_the_server_hangs_up(port, alice):
    alice.sendall(b"hi abcd\n")
    port.hears("hi")
    port.hangs_up()
    assert select.select([alice], [], [], GENEROUS)[0]
    assert alice.recv(99) + alice.recv(1) == b"welcome\nhi abcd\n"


def test_who_sends_without_end_is_not_listened_to(port, alice, monkeypatch):
    monkeypatch.setattr(stream_port_module, "FLOOD", 100)
    with suppress(OSError):
        alice.sendall(b"x\n" * 1000)
    assert reason(port.hears, "hello") == "b'hello abcd' from the client, but b'x' came"
    assert port.is_flooded
