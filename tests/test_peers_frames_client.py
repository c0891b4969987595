"""A client of week 9, line by line, with the lab's server. The clients are real, and tiny."""

from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.frames import client as frame_client_module
from grader.peers.frames import port as frame_port_module
from grader.peers.frames.client import FrameClient
from grader.reference.frame_chat import FrameChat
from tests.frames_desk import FOLDER, workspace_with

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
CONNECTS = """\
import argparse, os, signal, socket, threading
parser = argparse.ArgumentParser()
parser.add_argument("--plain", action="store_true")
parser.add_argument("--port", type=int)
parser.add_argument("--name", default=os.environ.get("USER"))
given = parser.parse_args()
connection = socket.create_connection(("127.0.0.1", given.port))
connection.sendall(pack(type="hello", name=given.name))
file = connection.makefile("rb")
"""
PRINTS = CONNECTS + "for said in objects(file):\n    print(TEXT, flush=True)\n"
SPEAKS = CONNECTS + "for line in sys.stdin: connection.sendall(pack(type='say', text=line.rstrip('\\n')))\n"


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(frame_client_module, "REST", BRIEF)
    monkeypatch.setattr(frame_port_module, "REST", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets this client."""
    with ExitStack() as kept:

        def meet(source, token=""):
            workspace = kept.enter_context(workspace_with(tmp_path, token, client=source))
            return kept.enter_context(FrameClient(FOLDER, FrameChat).meet(workspace, patience))

        yield meet


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value)


def test_a_client_joins(meet):
    client = meet(CONNECTS + "signal.pause()")
    assert client.joins("bob") is client.server()
    assert client.steps[:4] == [
        "bob connects, and says hello",
        "$ chatroom-client --plain --port PORT --name alice",
        "client connects",
        'client > {"type": "hello", "name": "alice"}',
    ]


def test_what_is_typed_ends_in_the_word_that_nobody_knows(meet):
    client = meet(SPEAKS, token="k7")
    server = client.joins()
    client.types("hi", "//hi", "/who")
    server.hears(type="say", text="hi")
    server.hears(type="say", text="//hi")
    server.hears(type="say", times=3)
    client.ends_input()
    client.ends_with(0)
    assert 'client > {"type": "say", "text": "/who"}' in client.steps


def test_lines_are_printed_as_they_are(meet):
    client = meet(PRINTS.replace("TEXT", "said['name'], said.get('text', '')"), token="k7")
    server = client.joins("bob")
    server.relays("bob", "hi")
    client.prints("bob hi k7")
    client.printed_in_order("alice ", "bob hi k7")
    assert reason(client.printed_in_order, "bob hi k7", "alice ") == (
        "expected 'bob hi k7' to be printed before 'alice ', but it came after it"
    )
    assert reason(client.printed_times, 2, "bob hi k7") == (
        "expected 'bob hi k7' to be printed 2 times, but it was printed once"
    )


def test_what_was_printed_instead_is_said(meet, patience):
    client = meet(PRINTS.replace("TEXT", "'something else'"))
    client.joins("bob")
    client.prints("something else")
    patience.answer = patience.silent = BRIEF
    assert reason(client.prints, "<bob> hi") == (
        "expected '<bob> hi' on standard output, but the last line on standard output is 'something else'"
    )


def test_what_is_not_flushed_is_not_printed(meet, patience):
    client = meet(PRINTS.replace("TEXT", "'welcome'").replace(", flush=True", ""))
    client.joins()
    patience.answer = patience.silent = BRIEF
    assert reason(client.prints, "welcome") == "expected 'welcome' on standard output, but nothing was printed"


def test_complaints_stand_on_standard_error(meet, patience):
    client = meet(CONNECTS + "for line in sys.stdin: print('* error 404', file=sys.stderr, flush=True)")
    client.joins()
    client.types("/shout")
    client.complains("* error 404")
    patience.answer = patience.silent = BRIEF
    assert reason(client.complains, "409") == (
        "expected '409' on standard error, but the last line on standard error is '* error 404'"
    )


@pytest.mark.parametrize(("status", "text"), [(1, ""), (3, "status 1, but it ended with status 3")])
def test_giving_up_has_a_status(meet, status, text):
    client = meet(CONNECTS + f"print('I give up', file=sys.stderr); sys.exit({status})")
    client.starts("--port", "PORT", "--name", "alice")
    if text:
        assert reason(client.gives_up, 1) == f"expected the program to end with {text}"
    else:
        client.gives_up(1)


def test_ctrl_c_is_a_status_of_130_as_well(meet):
    client = meet(CONNECTS + "signal.signal(2, signal.SIG_DFL); print('ready', flush=True); signal.pause()")
    client.joins()
    client.prints("ready")
    client.presses_ctrl_c()
    client.ends_with(0, 130)


def test_a_name_may_be_the_login_name(meet):
    client = meet(CONNECTS)
    client.starts("--port", "PORT", user="sam")
    client.names_itself("sam")
    client.starts("--port", "PORT", user="sam.smith")
    assert reason(client.names_itself, "sam") == (
        "expected a name of 1 to 20 of A-Z a-z 0-9 _ - that begins with 'sam', but 'sam.smith' came"
    )


def test_files_have_the_port_in_them(meet):
    client = meet("import os\nprint(open('chatroom.toml').read(), sorted(os.listdir(os.environ['HOME'])))\n")
    client.starts("my.toml", files={"chatroom.toml": "port = PORT", "home/chatroom.toml": "here"})
    client.ends_with(0)
    assert client.steps[:4] == [
        "chatroom.toml:",
        "    port = PORT",
        "chatroom.toml in the user's folder for settings:",
        "    here",
    ]
    assert client._printed_lines() == [f"port = {client.server().port} ['.config', 'Library']"]


def test_a_screen_that_is_drawn_into_a_pipe_is_told_as_one(meet, patience):
    client = meet(CONNECTS + "print('\\x1b[?1049h\\x1b[2Jhello', flush=True); signal.pause()")
    client.joins(plain=False)
    assert "$ chatroom-client --port PORT --name alice" in client.steps
    client.lists("hello")
    patience.answer = patience.silent = BRIEF
    assert reason(client.prints, "* joined") == (
        "expected '* joined' on standard output, but it draws a screen, as for a terminal"
    )
    assert client.last_words() == []


def test_what_stands_on_standard_error_instead_is_told_first(meet, patience):
    client = meet(CONNECTS + "print('out', flush=True); print('wrong', file=sys.stderr, flush=True); signal.pause()")
    client.joins()
    client.prints("out")
    patience.answer = patience.silent = BRIEF
    assert reason(client.complains, "* error") == (
        "expected '* error' on standard error, but the last line on standard error is 'wrong'"
    )


def test_the_login_name_is_in_the_transcript(meet):
    client = meet(CONNECTS)
    client.starts("--port", "PORT", user="sam")
    assert client.steps[0] == "your login name is 'sam'"
