"""A client under test that is started to talk to the lab's HTTP server. The clients are real, and tiny."""

import os
from contextlib import ExitStack

import pytest

from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.http import lab_server as lab_server_module
from grader.peers.http.client import HttpClient
from grader.reference.http_chat import HttpChat
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.3  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/week3_http/client.py http://localhost:PORT alice"
SPEAKS = r"""
import http.client, json, signal, sys, urllib.parse
url, name = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2]
def ask(method, path, **fields):
    line = http.client.HTTPConnection(url.hostname, url.port)
    try:
        line.request(method, path, json.dumps(fields) if fields else None, {"Content-Type": "application/json"})
        return json.loads(line.getresponse().read() or b"null")
    except OSError as error: return print(type(error).__name__, flush=True)
    except ValueError: return print("no JSON", flush=True)
def say(text, name=name): return ask("POST", "/messages", name=name, text=text)
def poll(after=0, wait=20): return ask("GET", f"/messages?after={after}&wait={wait}")
def lines():
    for line in sys.stdin: yield line.rstrip("\n")
"""
STAYS = "\nprint('done abcd', flush=True)\nsignal.pause()"
CHAT = SPEAKS + "poll(0, 0)\nfor line in lines(): say(line)"


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(lab_server_module, "REST", BRIEF)
    monkeypatch.setattr(lab_server_module, "DOWN", BRIEF)
    monkeypatch.setattr(lab_server_module, "IDLE", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of this client.py, in a workspace of its own."""
    program = tmp_path / "lab5" / "week3_http" / "client.py"
    program.parent.mkdir(parents=True)
    with ExitStack() as kept:

        def meet(source):
            program.write_text(source)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token="abcd"))
            made = HttpClient("week3_http/client.py", lambda heard: HttpChat(heard=heard))
            return kept.enter_context(made.meet(workspace, patience))

        yield meet


def test_a_client_joins_by_asking_for_messages(meet):
    client = meet(CHAT)
    client.joins()
    client.types("hello")
    client.server().has_stored("alice", "hello")
    said = 'POST /messages  {"name": "alice", "text": "hello abcd"}'
    assert [step for step in client.steps if "<" not in step] == [COMMAND, "you type 'hello abcd'", f"client > {said}"]


def test_a_client_that_meets_nobody_explains_itself(meet):
    client = meet(SPEAKS + "sys.exit(f'nobody is at {url.netloc}' if poll() is None else 0)")
    client.meets_nobody().explains_itself()
    assert client.steps == [COMMAND.replace("PORT", "9"), "client ended with status 1"]


def test_two_clients_talk_to_one_server(meet):
    client = meet(CHAT)
    client.joins()
    client.joins_too("bob")
    client.types("hi")
    client.server().has_stored("bob", "hi")
