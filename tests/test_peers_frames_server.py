"""The clients of a server of week 9: what they take for an answer. The servers are real, and tiny."""

from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.frames import guest as frame_guest_module
from grader.peers.frames import server as frame_server_module
from grader.peers.frames.server import FrameServer
from tests.frames_desk import FOLDER, workspace_with

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
SERVER = """\
import argparse, os, socket, threading
parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int)
port = parser.parse_args().port
server = socket.create_server(("127.0.0.1", port), backlog=50)
print(f"chatroom-server listens on 127.0.0.1 port {port}", flush=True)
def serve(connection):
    with connection, connection.makefile("rb") as file:
        for said in objects(file):
            kind, name = said.get("type"), said.get("name")
            answer = b""
            if kind == "bye":
                return
            if kind == "hello":
                answer = pack(type="welcome", name=name, users=[name], history=[])
            ANSWERS
            connection.sendall(answer)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""
MESSAGE = "dict(type='message', id=1, name='bob', text=said['text'], time='2026-11-21T09:30:00')"


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def serve(tmp_path, patience):
    """Meets a server that answers so."""
    with ExitStack() as kept:

        def serve(answers="pass", token="", source=SERVER):
            source = source.replace("ANSWERS", answers.replace("\n", "\n            "))
            workspace = kept.enter_context(workspace_with(tmp_path, token, server=source))
            return kept.enter_context(FrameServer(FOLDER).meet(workspace, patience))

        yield serve


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value)


def test_who_says_hello_is_welcomed(serve):
    server = serve()
    server.entered("alice")
    assert server.steps == [
        "$ chatroom-server --port PORT",
        "server listens",
        "alice connects",
        'alice > {"type": "hello", "name": "alice"}',
        'alice < {"type": "welcome", "name": "alice", "users": ["alice"], "history": []}',
    ]


def test_another_answer_is_named(serve):
    alice = serve("answer = pack(type='error', code=400, text='no')").connect("alice")
    text = (
        'expected alice to get {"type": "welcome", "name": "alice"}, '
        'but {"type": "error", "code": 400, "text": "no"} came'
    )
    assert reason(alice.enters) == text


def test_that_nothing_came_is_said(serve, patience):
    patience.answer = patience.silent = BRIEF
    (alice,) = serve().entered("alice")
    assert reason(alice.settles) == (
        "expected alice to get an answer to the command who, but nothing came and the connection is still open"
    )


def test_half_a_message_is_said(serve, patience):
    patience.answer = patience.silent = BRIEF
    (alice,) = serve("if kind == 'command': answer = pack(type='reply')[:-1]").entered("alice")
    assert reason(alice.settles).endswith("but half a message came and no more")


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("frame(b'[]')", "expected alice to get JSON objects, but b'[]' came"),
        (
            "pack(type='welcome', name='alice')",
            'expected alice to get objects as the handout has them, but {"type": "welcome", "name": "alice"} came: '
            'it has no "users"',
        ),
        (
            "b'HTTP/1.1 400 Bad Request'",
            "expected alice to get frames as the handout has them, but a frame begins with b'CR', not with b'HT': "
            "b'HTTP/1.1 400 Bad Request' came",
        ),
    ],
)
def test_what_is_none_of_the_protocol_is_named(serve, answer, text):
    alice = serve(f"answer = {answer}").connect("alice")
    assert reason(alice.enters) == text


def test_texts_end_in_the_word_that_nobody_knows(serve):
    (alice,) = serve(f"if kind == 'say': answer = pack(**{MESSAGE})", token="k7").entered("alice")
    alice.says("one", "two")
    assert [said["text"] for said in alice.hears("bob", "one", "two")] == ["one k7", "two k7"]
    alice.says_of_length("x", 300)
    alice.hears_of_length("bob", "x", 300)
    alice.says_byte_by_byte("three")
    assert reason(alice.hears, "bob", "four").startswith(
        'expected alice to get {"type": "message", "name": "bob", "text": "four k7"}, but {"type": "message", "id": 1'
    )


def test_a_time_without_a_zone_is_named(serve):
    (alice,) = serve(f"if kind == 'say': answer = pack(**{MESSAGE})").entered("alice")
    alice.says("hi")
    came = 'it has neither "Z" nor "+00:00" at its end: \'0000-00-00T00:00:00\', with other digits, came'
    assert reason(alice.sees_the_time, alice.hears("bob", "hi")) == (
        f"expected the present time, in UTC and ISO 8601, but {came}"
    )


def test_ids_grow(serve):
    (alice,) = serve(f"if kind == 'say': answer = pack(**{MESSAGE})").entered("alice")
    alice.says("one", "two")
    heard = alice.hears("bob", "one", "two")
    assert reason(alice.sees_ids_grow, heard) == (
        "expected the id of each message to be greater than the one before, but they are [1, 1]"
    )


def test_news_is_passed_over_and_counted(serve):
    news = "answer = pack(type='joined', name='bob') + pack(type='reply', command='who', users=[])"
    (alice,) = serve(f"if kind == 'command': {news}").entered("alice")
    alice.settles()
    alice.is_told("joined", "bob")
    alice.was_told(1, "joined", "bob")
    wanted = 'expected alice to get {"type": "joined", "name": "bob"} 0 times, but it came 1 time'
    assert reason(alice.was_told, 0, "joined", "bob") == wanted
    alice.asks("who")
    alice.is_told("joined", "bob")


def test_histories_are_compared_from_the_end(serve):
    alice = serve(token="k7").connect("alice")
    history = [{"id": n, "name": "bob", "text": f"{n} k7"} for n in range(3)]
    alice.finds(history, "bob", "1", "2")
    assert reason(alice.finds, history, "bob", "0", "2") == (
        "expected message -2 from the end of the history to be <bob> '0 k7', but it is <bob> '1 k7'"
    )
    assert reason(alice.finds, [], "bob", "2") == (
        "expected the last message of the history to be <bob> '2 k7', but there are only 0"
    )
    lost = [{"id": 9, "name": "bob", "text": "x"}]
    assert reason(alice.finds_all, history, lost) == (
        "expected the history to have every message that was seen before, but 'x' is not there"
    )


def test_where_it_listens_is_said(serve):
    server = serve()
    server.says_where_it_listens()
    assert server.steps[1:] == ["server prints chatroom-server listens on 127.0.0.1 port PORT", "server listens"]


def test_what_is_printed_instead_is_named(serve, patience):
    patience.answer = patience.silent = BRIEF
    server = serve(source=SERVER.replace("chatroom-server listens on", "I am on"))
    assert reason(server.says_where_it_listens) == (
        "expected 'chatroom-server listens on 127.0.0.1 port PORT' on standard output, "
        "but b'I am on 127.0.0.1 port PORT' came"
    )


def test_a_database_is_one_of_sqlite(serve):
    server = serve(source="open('chatroom.db', 'w').write('SQLite it is not')\n" + SERVER)
    server.says_where_it_listens()
    text = "expected a database of SQLite in the file chatroom.db, but it is something else"
    assert reason(server.has_a_database) == text
    assert reason(server.has_a_database, "mine.db").endswith("but there is no such file")


def test_nobody_can_store_while_the_database_is_locked(serve, monkeypatch):
    monkeypatch.setattr(frame_guest_module, "STORED", GENEROUS)
    source = "import sqlite3; sqlite3.connect('chatroom.db').execute('CREATE TABLE m (t)')\n" + SERVER
    server = serve(f"if kind == 'say': answer = pack(**{MESSAGE})", source=source)
    (alice,) = server.entered("alice")
    server.cannot_store()
    assert server.steps[-1] == "another program locks the database (BEGIN IMMEDIATE)"
    alice.says("hi")
    assert reason(alice.does_not_hear_yet, "hi") == (
        "expected a message to be stored before it is relayed, but it was relayed while nobody could store it"
    )
    server.can_store()


def test_a_database_that_is_never_free_is_named(serve, monkeypatch):
    monkeypatch.setattr(frame_server_module, "LOCKS", "print('not locked: database is locked')")
    server = serve()
    server.entered("alice")
    assert reason(server.cannot_store) == (
        "expected the database to be free for others while nobody says anything, "
        "but the server keeps it locked: a transaction that is not committed, or an exclusive lock"
    )


def test_who_gets_her_own_words_hears_others_nevertheless(serve):
    own = "pack(type='message', id=1, name='alice', text='hi', time='2026-11-21T09:30:00Z')"
    (alice,) = serve(f"if kind == 'say': answer = {own} + pack(**{MESSAGE})").entered("alice")
    alice.says("hi")
    alice.hears("bob", "hi")
    alice.says("hi")
    alice.hears("alice", "hi")


def test_what_a_client_was_refused_with_is_told_when_another_one_waits_in_vain(serve, patience):
    server = serve("if kind == 'say': answer = pack(type='error', code=413, text='too long')")
    alice, bob = (server.connect(name) for name in ("alice", "bob"))
    alice.enters(), bob.enters()
    patience.answer = patience.silent = 2
    alice.says("hi")
    assert reason(bob.hears, "alice", "hi").endswith("but nothing came and the connection is still open")
    assert server.steps[-1] == 'alice > {"type": "say", "text": "hi"}'
    server.last_words()
    assert server.steps[-1] == 'alice < {"type": "error", "code": 413, "text": "too long"}'


def test_a_killed_server_starts_again_in_the_same_folder(serve):
    server = serve(source="open('starts', 'a').write('x'); print(open('starts').read())\n" + SERVER)
    server.entered("alice")
    server.is_killed()
    server.restarts()
    server.entered("alice")
    assert server.steps.count("server listens") == 2
    assert server._running().program.said().output.startswith("xx\n")


CONFIGURED = "import sys; print(SAYS, file=sys.stderr); sys.exit(STATUS)"


def test_a_configuration_is_refused_with_words(serve):
    server = serve(source=CONFIGURED.replace("SAYS", "open('my.toml').read()").replace("STATUS", "2"))
    run = server.started("--config", "my.toml", "--port", "PORT", files={"my.toml": "port = PORT"})
    run.is_refused_by_config("port = ")
    assert server.steps == [
        "my.toml:",
        "    port = PORT",
        "$ chatroom-server --config my.toml --port PORT",
        "server ended with status 2",
    ]
    run.is_refused_by_config("Port = ")
    assert reason(run.is_refused_by_config, "line 3", "port") == (
        "expected status 2, and a sentence on standard error with 'line 3' and 'port' in it, "
        "but 'line 3' is missing: it printed 'port = PORT'"
    )
