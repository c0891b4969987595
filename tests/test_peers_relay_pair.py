"""A server and clients under test of week 6, together. The programs are real, and tiny."""

import os
import signal
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.relay.pair import RelayPair
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.3  # seconds until a test gives up; seconds for what does not come
SERVER = r"""
import select, signal, socket, sys
server = socket.create_server(("127.0.0.1", 0))
print("port", server.getsockname()[1])
clients = []
try:
    while True:
        for ready in select.select([server, *clients], [], [])[0]:
            if ready is server: clients.append(server.accept()[0])
            elif data := ready.recv(4096): [other.sendall(data) for other in clients if other is not ready]
            else: clients.remove(ready)
except KeyboardInterrupt: sys.exit("stopped")
"""
CLIENT = r"""
import os, select, socket, sys
name, (host, port) = sys.argv[1], sys.argv[2].removeprefix("chat://").split(":")
server = socket.create_connection((host, int(port)))
print("> ", end="", flush=True)
while True:
    ready = select.select([0, server], [], [])[0]
    if 0 in ready: server.sendall(f"@{name}: {os.read(0, 4096).decode()}".encode())
    if server in ready:
        if not (data := server.recv(4096)): break
        print(data.decode(), end="> ", flush=True)
"""
STEPS = [
    "server: $ python lab5/server.py",
    "server: server listens",
    "alice: $ python lab5/client.py alice chat://localhost:PORT",
    "alice: client shows its prompt",
    "bob: $ python lab5/client.py bob chat://localhost:PORT",
    "bob: client shows its prompt",
    "alice: you type 'hello abcd'",
    "bob: client prints 'alice: hello abcd'",
]


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LAST_WORDS", 0.02)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of these two programs, in a workspace of its own."""
    (tmp_path / "lab5").mkdir()
    with ExitStack() as kept:

        def meet(server=SERVER, client=CLIENT):
            (tmp_path / "lab5" / "server.py").write_text(server)
            (tmp_path / "lab5" / "client.py").write_text(client)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token="abcd"))
            return kept.enter_context(RelayPair("client.py", server="server.py").meet(workspace, patience))

        yield meet


def reason(conversation, *arguments):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value).removeprefix("expected ")


def test_two_people_talk(meet):
    chat = meet()
    alice, bob = chat.joins("alice"), chat.joins("bob")
    alice.types("hello")
    bob.prints("alice: hello")
    assert chat.steps == STEPS


def test_the_server_gets_a_signal_and_its_clients_end(meet):
    chat = meet()
    alice, bob = chat.joins("alice"), chat.joins("bob")
    alice.types("hello")
    bob.prints("alice: hello")
    chat.server_gets(signal.SIGINT)
    alice.ends_with(status=0)
    assert chat.steps[-3:] == ["server: server gets SIGINT", "server: server ends", "alice: client ended with status 0"]


def test_the_last_words_are_those_of_whoever_is_at_fault(meet, patience):
    chat = meet(client=CLIENT.replace("print(data", "print('what?', file=sys.stderr), print(data[:0]"))
    alice, bob = chat.joins("alice"), chat.joins("bob")
    patience.answer = BRIEF
    alice.types("hello")
    assert reason(bob.prints, "alice: hello").startswith("'alice: hello abcd' on the screen, but the last line")
    assert chat.last_words() == ["what?"]


def test_a_server_that_has_crashed_is_at_fault_and_not_the_client_that_lost_it(meet):
    chat = meet(server=SERVER.replace("elif data := ready.recv(4096):", "elif sys.exit('why'):"))
    alice, bob = chat.joins("alice"), chat.joins("bob")
    alice.types("hello")
    assert "on the screen, but the program ended with status 0" in reason(bob.prints, "alice: hello")
    assert chat.last_words() == ["why"]
    assert chat.steps[-1] == "server: server ended with status 1"


def test_a_server_that_does_not_start_is_named(meet):
    chat = meet(server="import sys; sys.exit('why')")
    text = "a server that listens for clients, but the program ended with status 1 before anybody could connect (why)"
    assert reason(chat.joins, "alice") == text
    assert chat.last_words() == ["why"]


def test_each_conversation_has_programs_of_its_own(meet):
    chat = meet()
    chat.joins("alice")
    assert not chat.begin()
    chat.joins("alice")
    assert chat.steps == STEPS[:4]
