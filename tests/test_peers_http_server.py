"""The program under test as an HTTP server: its runs and its clients. The servers are real, and tiny."""

import os
from contextlib import contextmanager

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.http.server import HttpServer
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS = 10  # seconds until a test gives up
SERVES = r"""
import json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Chat(BaseHTTPRequestHandler):
    protocol_version, messages = "HTTP/1.1", []
    def log_message(self, *_): pass
    def answers(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self): self.answers(200, {"zone": os.environ.get("TZ"), "port": self.client_address[1]})
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.messages.append(message)
        self.answers(201, {"id": len(self.messages), "time": "now", **message})
"""
RUNS = (
    "ThreadingHTTPServer.request_queue_size = 128\n"
    "ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Chat).serve_forever()"
)
STEPS = ["$ python lab5/server.py localhost PORT", "server listens", "alice > GET /"]


@pytest.fixture
def serve(tmp_path):
    """Meets a submission of this server.py, in a workspace of its own."""

    @contextmanager
    def serve(source, **more):
        (tmp_path / "lab5").mkdir()
        (tmp_path / "lab5" / "server.py").write_text(source)
        site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
        workspace = Workspace(tmp_path, site, environment=environment, token="abcd")
        patience = Patience(GENEROUS, GENEROUS)
        with workspace, HttpServer("server.py", **more).meet(workspace, patience) as server:
            yield server

    return serve


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


def test_a_client_asks_as_soon_as_the_program_listens(serve):
    with serve(SERVES + RUNS) as server:
        server.connect("alice").asks("GET", "/", 200)
        assert server.steps[:3] == STEPS


def test_a_program_gets_the_environment_of_its_declaration(serve):
    with serve(SERVES + RUNS, environment={"TZ": "LAB-05:30"}) as server:
        assert server.connect("alice").asks("GET", "/", 200).json()["zone"] == "LAB-05:30"


def test_many_clients_say_something_at_the_same_time(serve):
    with serve(SERVES + RUNS) as server:
        messages = server.all_say(server.crowd(20), "hello")
        assert {message["name"] for message in messages} == {f"client {number}" for number in range(1, 21)}
        assert sorted(message["id"] for message in messages) == list(range(1, 21))


def test_the_next_conversation_goes_on_with_the_same_run(serve):
    with serve(SERVES + RUNS) as server:
        server.connect("alice").says("hello")
        assert server.begin()
        assert server.connect("alice").says("hello")["id"] == 2
        assert server.steps[0] == "$ python lab5/server.py localhost PORT    (it runs already)"


def test_a_server_that_ends_at_once_is_named(serve):
    with serve("import sys; sys.exit('why')") as server:
        text = (
            "a server that listens on localhost PORT, but the program ended with status 1 before anybody could connect"
        )
        assert reason(server.connect, "alice") == f"{text} (why)"


def test_a_server_that_has_ended_takes_no_connection(serve):
    with serve(SERVES + "Chat.do_PUT = lambda self: os._exit(3)\n" + RUNS) as server:
        alice = server.connect("alice")
        assert (
            reason(alice.asks, "PUT", "/", 200) == "an answer to alice, but the connection ended before there was one"
        )
        server.ends()
        text = "the server to take a connection from bob, but the program ended with status 3"
        assert reason(server.connect("bob").asks, "GET", "/", 200) == text
