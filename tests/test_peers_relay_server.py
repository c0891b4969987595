"""A server under test of week 6, and its clients. The servers are real, and tiny."""

import os
import signal
from contextlib import contextmanager

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.relay import server as relay_server_module
from grader.peers.relay.server import LINE, RelayServer
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.3  # seconds until a test gives up; seconds for what does not come
COMMAND = "$ python lab5/server.py"
# A relay of asyncio; a test says what it does otherwise: how it ends, and what it makes of a line that it relays.
RELAY = r"""
import asyncio, signal, sys
names, held, FREES, BOUND = {}, set(), True, 1 << 20
def relayed(line): return line
def to_everybody(sender, line):
    for name, other in list(names.items()):
        if name != sender: put(name, other, relayed(line))
def put(name, other, line):
    other.write(line)
    if other.transport.get_write_buffer_size() > BOUND:
        other.transport.abort(); names.pop(name)
async def serve(reader, writer):
    name = None
    try:
        word = (await reader.readline()).split()
        code = b"400 no" if len(word) != 3 else b"401 no" if word[1] in names or word[1] in held else b"200 ok"
        writer.write(code + b"\n")
        if code[:3] == b"200":
            name = word[1]
            names[name] = writer
            while (line := await reader.readline()) and line != b"DISCONNECT %s CHAT/1.0\n" % name:
                to_everybody(name, line)
    except (OSError, ValueError): pass
    finally:
        if names.get(name) is writer: del names[name]
        if not FREES: held.add(name)
        writer.close()
def leave():
    for writer in names.values(): writer.write(b"DISCONNECT CHAT/1.0\n")
    asyncio.get_running_loop().call_later(0.1, stopped.set)
async def main():
    global stopped
    stopped = asyncio.Event()
    for number in (2, 15): asyncio.get_running_loop().add_signal_handler(number, leave)
    await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    await stopped.wait()
"""
BLOCKS = """
import socket
def put(name, other, line):
    blocking = socket.socket(fileno=other.get_extra_info("socket").fileno())
    blocking.settimeout(None)
    blocking.sendall(line)
    blocking.detach()
"""
RUNS = "\nasyncio.run(main())"


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def serve(tmp_path, patience):
    """Meets a submission of this server.py, in a workspace of its own."""

    @contextmanager
    def serve(more=""):
        (tmp_path / "lab5").mkdir()
        (tmp_path / "lab5" / "server.py").write_text(RELAY + more + RUNS)
        site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
        workspace = Workspace(tmp_path, site, environment=environment, token="abcd")
        with workspace, RelayServer("server.py").meet(workspace, patience) as server:
            yield server

    return serve


def reason(conversation, *arguments):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value).removeprefix("expected ")


def test_what_alice_says_bob_hears(serve):
    with serve() as server:
        alice, bob = server.joins("alice"), server.joins("bob")
        alice.says("one", "two")
        bob.hears(alice, "one", "two")
        assert server.steps[:4] == [
            COMMAND,
            "server listens",
            "alice connects",
            "alice > b'REGISTER alice CHAT/1.0\\n'",
        ]
        assert server.steps[-2:] == ["bob < b'@alice: one abcd\\n'", "bob < b'@alice: two abcd\\n'"]


def test_a_name_that_is_taken_is_refused(serve):
    with serve() as server:
        server.joins("alice")
        server.connect("alice").is_refused(401)
        assert server.steps[-1] == "alice's connection ends"


def test_another_answer_is_named(serve):
    with serve() as server:
        text = "alice to be told b'400 Invalid registration\\n', but b'200 ok\\n' came"
        assert reason(server.connect("alice").is_refused, 400) == text


@pytest.mark.parametrize(
    ("made", "came"),
    [
        ("b'@bob: no\\n'", "b'@bob: no\\n' came"),
        ("line[:-1] + b'\\r\\n'", "it came with the end b'\\r\\n'"),
        ("line[:-1]", "b'@alice: hello abcd' came and no more, although the connection is open"),
        ("b''", "nothing came and the connection is still open"),
    ],
)
def test_a_line_that_is_changed_is_named(serve, patience, made, came):
    with serve(f"def relayed(line): return {made}") as server:
        alice, bob = server.joins("alice"), server.joins("bob")
        patience.answer = BRIEF
        alice.says("hello")
        assert reason(bob.hears, alice, "hello") == f"bob to receive b'@alice: hello abcd\\n', but {came}"


def test_an_empty_line_is_nobodys_loss(serve):
    with serve("def relayed(line): return b'\\n' + line") as server:
        alice, bob = server.joins("alice"), server.joins("bob")
        alice.says("hello")
        bob.hears_nothing_but(alice, "hello")


def test_a_line_that_comes_twice_is_passed_over_or_named(serve):
    with serve("def relayed(line): return line * 2") as server:
        alice, bob = server.joins("alice"), server.joins("bob")
        alice.says("one", "two", "three")
        bob.hears(alice, "one", "two")
        text = (
            "bob to receive b'@alice: three abcd\\n' and nothing before it, but b'@alice: two abcd\\n' came once more"
        )
        assert reason(bob.hears_nothing_but, alice, "three") == text


def test_a_line_that_comes_back_is_passed_over_or_named(serve):
    with serve("def to_everybody(_, line): [other.write(line) for other in names.values()]") as server:
        alice, bob = server.joins("alice"), server.joins("bob")
        alice.says("one")
        bob.says("two")
        bob.hears(alice, "one")
        wanted = "alice to receive b'@bob: two abcd\\n' and nothing before it"
        assert reason(alice.hears_nothing_but, bob, "two") == f"{wanted}, but her own line came back to her"


def test_her_own_line_may_come_back_where_another_check_is_about_that(serve):
    with serve("def to_everybody(_, line): [other.write(line) for other in names.values()]") as server:
        alice, bob = server.joins("alice"), server.joins("bob")
        alice.sends_byte_by_byte(alice.said("in pieces"))
        bob.hears(alice, "in pieces")
        bob.says("hello")
        alice.hears(bob, "hello")


def test_a_name_is_free_when_its_client_has_gone(serve):
    with serve() as server:
        server.joins("alice").leaves()
        server.joins_again("alice").drops()
        server.joins_again("alice")
        assert [step for step in server.steps if "alice <" in step] == ["alice < b'200 ok\\n'"] * 3


def test_a_name_that_stays_taken_is_named(serve, monkeypatch):
    monkeypatch.setattr(relay_server_module, "FREED", BRIEF)
    with serve("FREES = False") as server:
        server.joins("alice").hangs_up()
        text = "alice to be told b'200 Registration successful\\n', but b'401 no\\n' came"
        assert reason(server.joins_again, "alice") == text


def test_a_crowd_is_one_line_of_the_transcript(serve):
    with serve() as server:
        alice = server.joins("alice")
        with server.starts_no_threads():
            crowd = server.crowd(10)
            alice.says("hi")
            server.all_hear(crowd, alice, "hi")
        assert server.steps[5:] == [
            "10 clients connect and register: client_1x, client_2x ...",
            "alice > b'@alice: hi abcd\\n'",
            "10 clients < b'@alice: hi abcd\\n'",
            "server has started no threads for them",
        ]


def test_what_is_poured_comes_in_long_lines(serve):
    with serve("def relayed(line): return line if len(line) == 50_001 else b'no\\n'") as server:
        assert LINE == 50_001
        server.pours(16, server.joins("alice"), server.joins("bob"))
        assert server.steps[-1] == "bob gets it all"


def test_a_server_that_waits_for_a_client_that_never_reads_is_named(serve, patience):
    with serve(BLOCKS) as server:
        alice, bob, _ = server.joins("alice"), server.joins("bob"), server.joins("carol")
        patience.answer = 1
        text = "bob to get all that alice says, but after a while no more of it came although the connection is open"
        assert reason(server.pours, 256, alice, bob) == text


def test_a_client_that_never_reads_is_let_go(serve):
    with serve() as server:
        alice, bob, _ = server.joins("alice"), server.joins("bob"), server.joins("carol")
        server.lets_go("carol", alice, bob)
        assert server.steps[-2:] == ["alice goes on, and bob gets it", "carol is not registered any more"]


def test_a_client_that_is_never_let_go_is_named(serve, monkeypatch):
    monkeypatch.setattr(relay_server_module, "MOST", 2)
    with serve() as server:
        alice, bob, _ = server.joins("alice"), server.joins("bob"), server.joins("carol")
        text = "the server to end the connection of carol, who never reads, but carol is still registered"
        assert reason(server.lets_go, "carol", alice, bob) == text


def test_a_client_that_reads_late_gets_everything(serve):
    with serve("BOUND = 1 << 30") as server:
        alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
        server.pours(96, alice, bob)
        alice.says("the end")
        carol.catches_up(alice, 96, "the end")
        assert server.steps[-1] == "carol reads, and gets it all"


def test_a_client_that_reads_late_may_have_been_let_go(serve):
    with serve("BOUND = 1 << 16") as server:
        alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
        server.pours(256, alice, bob)
        alice.says("the end")
        carol.catches_up(alice, 256, "the end")
        assert server.steps[-1] == "carol has been let go"


@pytest.mark.parametrize(
    ("makes", "came"),
    [
        ("line[:500] + line[-500:]", "pieces of the lines are missing"),
        ("b'' if len(line) > 999 and not names[b'bob'] is other else line", "some of the lines are missing"),
        ("b'' if b'the end' in line else line", "the end of it never comes, and the connection is open"),
    ],
)
def test_what_is_lost_for_a_client_that_reads_late_is_named(serve, patience, makes, came):
    with serve(f"def put(name, other, line): other.write(line if name == b'bob' else {makes})") as server:
        alice, bob, carol = server.joins("alice"), server.joins("bob"), server.joins("carol")
        server.pours(2, alice, bob)
        alice.says("the end")
        patience.answer = BRIEF
        text = f"carol to get, late, all that alice has said, but {came}"
        assert reason(carol.catches_up, alice, 2, "the end") == text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_says_goodbye(serve, number):
    with serve() as server:
        alice = server.joins("alice")
        server.says_goodbye(number, alice)
        assert server.steps[-1] == "server ended with status 0"


def test_a_server_that_says_no_goodbye_is_named(serve):
    with serve("def leave(): stopped.set()") as server:
        alice = server.joins("alice")
        text = "alice to receive b'DISCONNECT CHAT/1.0\\n', but nothing came before the connection ended"
        assert reason(server.says_goodbye, signal.SIGINT, alice) == text


def test_the_next_conversation_goes_on_with_the_same_run_and_free_names(serve):
    with serve() as server:
        server.joins("alice")
        assert server.begin()
        server.joins("alice")
        assert server.steps[0] == f"{COMMAND}    (it runs already)"


def test_clients_are_found_by_their_names(serve):
    with serve() as server:
        server.joins("alice").leaves()
        alice = server.joins_again("alice")
        assert server.client("alice") is alice
