"""The chat-room server under test: how it is started, where it may listen, how it ends. The servers are real, and tiny.

So is what all servers of clients that stay have in common: peers.stream_server."""

import os
from contextlib import ExitStack

import pytest

from grader.check import Unmet
from grader.patience import Deadline, Patience
from grader.peers import stream_server
from grader.peers.rooms import server as rooms
from grader.peers.rooms.server import RoomServer
from grader.peers.udp.link import seeded
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
SERVER = """\
import itertools, os, socket, sys, threading
def serve(connection, number):
    for line in connection.makefile('r'):
        key, _, value = line.strip().partition(':')
        if key == 'JOIN_CHATROOM':
            numbers = f'ROOM_REF: 1\\nJOIN_ID: {number}\\n'
            connection.sendall(f'JOINED_CHATROOM:{value}\\nSERVER_IP:\\nPORT:\\n{numbers}'.encode())
        if key == 'CLIENT_NAME':
            connection.sendall(f'CHAT: 1\\nCLIENT_NAME:{value}\\nMESSAGE:{value}\\n\\n'.encode())
        if key == 'DISCONNECT':
            break
        if key == 'KILL_SERVICE':
            KILLED
    CLOSED
server = socket.create_server(ADDRESS, backlog=50)
for number in itertools.count(1):
    connection, _ = server.accept()
    threading.Thread(target=serve, args=(connection, number), daemon=True).start()
"""
BY_UDP = """\
def answer(taken):
    while True:
        said, address = taken.recvfrom(2000)
        if said.startswith(b'SEQ: 1/'):
            greeting = 'SEQ: 1/1\\n' + said.decode().partition('\\n')[2] + 'IP: x\\nPort: x\\nStudentID: x\\n'
            for each in ('ACK: 1', greeting):
                taken.sendto(each.encode(), address)
taken = socket.socket(type=socket.SOCK_DGRAM)
taken.bind(('', int(sys.argv[2])))
threading.Thread(target=answer, args=(taken,), daemon=True).start()
"""
AS_TOLD = "(sys.argv[1], int(sys.argv[2]))"
RUNS = "$ python lab5/server.py 127.0.0.1 PORT"


def source(address=AS_TOLD, killed="os._exit(7)", closed="connection.close()"):
    return SERVER.replace("ADDRESS", address).replace("KILLED", killed).replace("CLOSED", closed)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def serve(tmp_path, patience):
    """Meets this server.py, beside other files."""
    (tmp_path / "lab5").mkdir()
    with ExitStack() as kept:

        def serve(text, **others):
            for name, content in {"server.py": text, **others}.items():
                (tmp_path / "lab5" / name.replace("_sh", ".sh")).write_text(content)
                (tmp_path / "lab5" / name.replace("_sh", ".sh")).chmod(0o755)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment))
            return kept.enter_context(RoomServer("server.py").meet(workspace, patience))

        yield serve


def reason(conversation, *arguments):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value).removeprefix("expected ")


def test_a_server_gets_an_address_and_a_port(serve):
    server = serve(source())
    server.members("den", "alice")
    assert server.steps[:3] == [RUNS, "server listens", "alice connects"]


def test_a_start_script_gets_the_port(serve):
    server = serve(source(), start_sh='#!/bin/sh\nexec python server.py 0.0.0.0 "$1"\n', compile_sh="#!/bin/sh\n")
    server.members("den", "alice")
    assert server.steps[:2] == ["$ lab5/start.sh PORT", "server listens"]


@pytest.mark.parametrize("address", ["('', int(sys.argv[2]))", "('localhost', int(sys.argv[2]))"])
def test_a_server_may_listen_at_other_addresses(serve, address):
    serve(source(address)).members("den", "alice")


def test_a_server_may_listen_at_an_address_of_the_machine(serve):
    if not has_address("127.0.0.2"):
        pytest.skip("this machine has no address 127.0.0.2")
    server = serve(source("('127.0.0.2', int(sys.argv[2]))"))
    server.members("den", "alice")
    assert server.begin()
    server.members("den", "alice")


def test_a_server_that_ends_at_once_is_named(serve):
    server = serve("import sys; sys.exit('why')")
    wanted = "a server that listens on localhost PORT"
    assert reason(server.connect, "alice") == (
        f"{wanted}, but the program ended with status 1 before anybody could connect (why)"
    )


def test_members_are_in_the_room(serve):
    server = serve(source())
    alice, bob = server.members("den", "alice", "bob")
    bob.shares_a_room_with(alice, "den")


def test_a_crowd_is_one_line_of_the_transcript(serve):
    server = serve(source())
    crowd = server.crowd(20, "den")
    assert [crowd[0].name, crowd[-1].name] == ["client_01", "client_20"]
    assert server.steps == [RUNS, "server listens", "20 clients connect, and join den: client_01 ..."]


def test_a_server_has_the_port_at_every_address_for_udp_too(serve):
    server = serve(source().replace("for number in", f"{BY_UDP}for number in"))
    for _ in range(2):  # the second one has a port of her own: the server still knows the first
        alice = server.by_udp("alice")
        alice.says_hello()
        alice.has_been_acknowledged()
        server.begin()


def test_clients_of_udp_are_in_the_transcript(serve):
    server = serve(source())
    server.by_udp("alice", link=seeded(1, loss=20))
    server.by_udp("bob")
    uses = "uses UDP, and acknowledges each datagram that comes"
    assert server.steps[2:] == [f"alice {uses}; between her and the server is a bad link", f"bob {uses}"]


def test_a_server_without_udp_is_not_waited_for(serve, patience):
    server = serve(source())
    assert reason(server.by_udp("alice").says_hello).endswith(", but no program has this port for UDP")
    assert not patience.is_tried
    assert server.begin() is True


def test_a_server_is_given_a_moment_to_take_datagrams_after_its_start(serve, monkeypatch):
    monkeypatch.setattr(rooms, "STARTS", GENEROUS)
    late = BY_UDP.replace("taken.bind", "server.accept(); taken.bind")
    server = serve(source().replace("for number in", f"{late}for number in"))
    alice = server.by_udp("alice")
    alice.sends(b"HELO x\n")
    assert alice._watch.until(lambda: alice._channel.is_refused, Deadline(GENEROUS))
    server.connect("bob")
    assert alice._watch.until(lambda: alice._channel.acks[1], Deadline(GENEROUS))


def test_a_service_ends_when_it_is_killed(serve):
    server = serve(source())
    alice, bob = server.members("den", "alice", "bob")
    server.is_killed_by(bob)
    alice.sees_the_end()
    assert server.steps[-3:] == [r"bob > KILL_SERVICE \n", "server ends", "alice's connection ends"]
    assert server.begin() is False


def test_a_service_may_end_at_the_next_connection(serve, monkeypatch):
    monkeypatch.setattr(rooms, "NUDGE", BRIEF)
    server = serve(
        source()
        .replace("for number in", "killed = []\nfor number in")
        .replace("os._exit(7)", "killed.append(1)")
        .replace("    threading", "    if killed: break\n    threading")
    )
    server.is_killed_by(server.connect("alice"))
    assert server.steps[-1] == "server ends"


def test_a_service_that_goes_on_is_named(serve, patience):
    server = serve(source(killed="pass"))
    alice = server.connect("alice")
    patience.answer = BRIEF
    assert reason(server.is_killed_by, alice) == "the service to end after KILL_SERVICE, but it still runs"
    assert patience.is_tried


def test_what_is_known_of_a_run_is_forgotten_with_it(serve):
    server = serve(source())
    alice = server.connect("alice")
    alice.habits.tells_who_joined = False
    assert not server.connect("bob").habits.tells_who_joined
    server.is_killed_by(alice)
    server.begin()
    assert server.connect("bob").habits.tells_who_joined


def test_nobody_of_one_conversation_is_left_in_the_next(serve):
    server = serve(source())
    [alice] = server.members("den", "alice")
    assert server.begin() is True
    assert alice.is_over
    assert server.steps == [f"{RUNS}    (it runs already)"]


def test_a_server_that_does_not_let_its_clients_go_may_hang_and_is_not_used_again(serve):
    server = serve(source(closed="threading.Event().wait()"))
    server._goodbye = BRIEF
    server.members("den", "alice")
    assert server.begin() is False
    server.members("den", "bob")


def test_a_server_that_does_not_hang_up_is_waited_for_once(serve, monkeypatch):
    monkeypatch.setattr(stream_server, "BRIEFLY", 0.0)
    server = serve(source(closed="threading.Event().wait()"))
    server._goodbye = BRIEF
    server.members("den", "alice")
    server.begin()
    assert server._goodbye == 0.0
