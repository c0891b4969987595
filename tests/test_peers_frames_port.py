"""The lab's server of a check for clients of week 9. The client is a socket of the test."""

import os
import socket
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames import port as frame_port_module
from grader.peers.frames.port import FramePort
from grader.peers.watch import Watch
from grader.reference.frame_chat import FrameChat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace
from grader.wire import frame_chat as wire
from grader.wire import frames
from grader.wire.frames import Frames, frame

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come


class Program:
    """The run of a client that is still there."""

    subject = "client"

    def exit_status(self, seconds=0):
        return None

    def neutral(self, text):
        return text

    def unmet(self, expected, came):
        return Unmet(expected, came)


@pytest.fixture
def patience():
    """More than anything here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def port(tmp_path, patience, monkeypatch):
    """The lab's server on a port."""
    monkeypatch.setattr(frame_port_module, "REST", BRIEF)
    with ExitStack() as kept:
        site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
        workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token="k7"))
        watch = Watch()
        kept.callback(watch.close)
        port = FramePort(FrameChat, workspace, watch, steps=[], patience=patience)
        kept.callback(port.close)
        port.run = Program()
        yield port


@pytest.fixture
def client(port):
    """A connection of a client, that nobody has sent anything on."""
    with socket.create_connection(("127.0.0.1", port.port), GENEROUS) as client:
        yield client


def objects(client, number):
    """The objects that come next on a connection."""
    found, parser = [], Frames()
    while len(found) < number:
        found += map(wire.unpack, parser.feed(client.recv(65_536)))
    return found


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value)


def test_a_client_is_heard_and_answered(port, client):
    port.has("bob")
    client.sendall(frames.packed(type="hello", name="alice"))
    port.hears(type="hello", name="alice")
    (welcome,) = objects(client, 1)
    assert welcome["users"] == ["alice", "bob"]
    assert port.steps == [
        "bob connects, and says hello",
        "client connects",
        'client > {"type": "hello", "name": "alice"}',
        'client < {"type": "welcome", "name": "alice", "users": ["alice", "bob"], "history": []}',
    ]


def test_a_text_ends_in_the_word_that_nobody_knows(port, client):
    client.sendall(frames.packed(type="say", text="hi k7"))
    port.hears(type="say", text="hi")
    port.has_heard_just("say", "hi")
    wanted = "expected these texts, in this order: 'no k7', but 'hi k7' came"
    assert reason(port.has_heard_just, "say", "no") == wanted
    assert reason(port.heard_nothing_like, "hi") == (
        'expected nothing with \'hi\' in it from the client, but {"type": "say", "text": "hi k7"} came'
    )


def test_what_came_instead_is_said(port, client):
    client.sendall(frames.packed(type="hello", name="bob"))
    assert reason(port.hears, type="hello", name="alice") == (
        'expected {"type": "hello", "name": "alice"} from the client, but {"type": "hello", "name": "bob"} came'
    )


def test_that_nothing_came_is_said(port, client, patience):
    patience.answer = patience.silent = BRIEF
    assert reason(port.hears, type="bye") == 'expected {"type": "bye"} from the client, but nothing came'


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (frame(b"{}", magic=b"XX"), "its frame is none: a frame begins with b'CR', not with b'XX'"),
        (frame(b"hello"), "b'hello' came, which is no JSON object"),
    ],
)
def test_what_is_no_frame_is_said(port, client, data, came):
    client.sendall(data)
    assert reason(port.hears, type="hello") == f'expected {{"type": "hello"}} from the client, but {came}'


def test_others_talk_and_leave(port, client):
    client.sendall(frames.packed(type="hello", name="alice"))
    port.hears(type="hello")
    port.has("bob")
    port.relays("bob", "hi")
    port.loses("bob")
    came = objects(client, 4)[1:]
    assert [said["type"] for said in came] == ["joined", "message", "left"]
    assert came[1]["text"] == "hi k7"


def test_many_messages_and_chunks(port, client):
    client.sendall(frames.packed(type="hello", name="alice"))
    port.hears(type="hello")
    port.has("bob")
    port.relays_at_once("bob", ["one", "two"])
    port.relays_in_chunks("bob", "three", 1, 0, 5)
    assert [said["text"] for said in objects(client, 5)[2:]] == ["one k7", "two k7", "three k7"]
    assert port.steps[-2] == "client < 2 messages of bob        (in one segment)"
    assert port.steps[-1].endswith("(in 4 chunks)")


def test_a_frame_may_be_wrong_on_purpose(port, client):
    client.sendall(b"C")
    port._watch.until(lambda: port._frames, port._patience.for_answer())
    port.sends_frame(b"{}", checksum=7)
    assert client.recv(99) == frame(b"{}", checksum=7)
    assert port.steps[-1] == "client < b'{}'        (its header: checksum 7)"


def test_whoever_is_silent_does_not_answer(port, client):
    port.falls_silent()
    client.sendall(frames.packed(type="hello", name="alice"))
    port.hears(type="hello")
    port.hangs_up()
    assert client.recv(99) == b""
