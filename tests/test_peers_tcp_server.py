"""The program under test as a conversation sees it: its runs, its clients, its transcript."""

import os
from contextlib import contextmanager
from errno import EADDRINUSE
from signal import SIGTERM

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.tcp_server import TcpServer
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address
from grader.sandbox.workspace import Workspace

LISTENS = "import socket, sys\nserver = socket.create_server((sys.argv[1], int(sys.argv[2])))\n"
FORGETS_REUSEADDR = (
    "import socket, sys\nserver = socket.socket()\nserver.bind((sys.argv[1], int(sys.argv[2])))\nserver.listen()\n"
)
EXPLAINS_ITSELF = (
    "import socket, sys\n"
    "try: socket.create_server((sys.argv[1], int(sys.argv[2])))\n"
    "except OSError as error: sys.exit(error.strerror)\n"
)
ECHO_ONCE = LISTENS + "connection, _ = server.accept()\nconnection.sendall(connection.recv(1024))\n"
ECHO = LISTENS + (
    "while True:\n"
    "    connection, _ = server.accept()\n"
    "    with connection:\n"
    "        connection.sendall(connection.recv(1024))\n"
)
GOES_WRONG = LISTENS + (
    "connection, _ = server.accept()\n"
    "print('serving on port', sys.argv[2], file=sys.stderr)\n"
    "connection.sendall(connection.recv(1024).upper())\n"
    "connection.recv(1)\n"
)
ONE_RUN = [
    "$ python lab5/server.py localhost PORT",
    "alice connects",
    "alice > b'hello'",
    "alice < b'hello'",
    "alice hangs up",
]


@pytest.fixture
def serve(tmp_path):
    """Meets a submission of this server.py, in a workspace of its own."""

    @contextmanager
    def serve(source, one_client=False):
        folder = tmp_path / f"workspace-{len(list(tmp_path.iterdir())) + 1}"
        (folder / "lab5").mkdir(parents=True)
        (folder / "lab5" / "server.py").write_text(source)
        workspace = Workspace(folder, Bare(folder, Limits()), environment={"PATH": os.environ["PATH"]})
        patience = Patience(answer=10, silent=10)
        with workspace, TcpServer("server.py", one_client).meet(workspace, patience) as server:
            yield server

    return serve


def converse(server, *names):
    """These clients are served one after the other."""
    for name in names:
        client = server.connect(name)
        client.sends(b"hello")
        client.receives(b"hello")
        client.leaves()


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


def test_a_conversation_starts_the_program_when_it_is_first_needed(serve):
    with serve(ECHO) as server:
        assert server.steps == []
        converse(server, "alice")
        assert server.steps == ONE_RUN


def test_a_conversation_has_one_run_for_all_its_clients(serve):
    with serve(ECHO) as server:
        converse(server, "alice", "bob")
        assert [step for step in server.steps if step.startswith("$")] == ONE_RUN[:1]


def test_a_client_is_known_by_her_name(serve):
    with serve(ECHO) as server:
        alice = server.connect("alice")
        assert server.client("alice") is alice


def test_two_runs_have_the_same_transcript_and_the_same_last_words(serve):
    def story():
        with serve(GOES_WRONG) as server:
            return reason(converse, server, "alice"), server.steps, server.last_words()

    assert story() == story()


def test_a_failure_has_the_transcript_and_the_last_words_of_its_run(serve):
    with serve(GOES_WRONG) as server:
        reason(converse, server, "alice")
        assert server.steps == [*ONE_RUN[:3], "alice < b'HELLO'"]
        assert server.last_words() == ["serving on port PORT"]


def test_the_last_words_are_those_of_the_run_that_failed(serve):
    with serve("import sys; sys.exit(f'usage: not {sys.argv[1]}' if len(sys.argv) > 1 else 'no')") as server:
        first, _ = server.given(), server.given("localhost")
        reason(first.shows_usage)
        assert server.last_words() == ["no"]


def test_without_a_run_there_are_no_last_words(serve):
    with serve(ECHO) as server:
        assert server.last_words() == []


def test_a_server_that_hangs_up_early_gets_a_moment_to_say_why(serve):
    with serve(LISTENS + "server.accept(); server.close()\nsys.exit('why')") as server:
        server.connect("alice").sees_the_end()
        assert server.last_words() == ["why"]


def test_who_knocks_at_an_open_port_connects(serve):
    with serve(ECHO) as server:
        server.starts("localhost")
        server.knocks("bob")
        assert server.steps[-1] == "bob tries to connect"


def test_who_knocks_at_a_closed_port_is_refused(serve):
    with serve(ECHO_ONCE) as server:
        converse(server, "alice")
        server.ends()
        server.knocks("bob").is_not_answered()
        assert server.steps[-1] == "bob tries to connect"


def test_another_address_refuses_clients(serve):
    if not has_address("127.0.0.2"):
        pytest.skip("this machine has no address 127.0.0.2")
    with serve(ECHO) as server:
        server.starts("127.0.0.2")
        server.refuses("eve", at="127.0.0.1")
        assert server.steps[-1] == "eve tries to connect to 127.0.0.1 and is refused"


def test_who_gets_in_at_another_address_is_named(serve):
    if not has_address("127.0.0.2"):
        pytest.skip("this machine has no address 127.0.0.2")
    with serve(ECHO.replace("sys.argv[1]", "''")) as server:
        server.starts("127.0.0.2")
        assert reason(server.refuses, "eve", "127.0.0.1") == (
            "expected only clients of 127.0.0.2 to get in, but eve got in at 127.0.0.1, too"
        )


def test_a_second_start_uses_the_same_port(serve):
    with serve(ECHO_ONCE) as server:
        converse(server, "alice")
        server.ends()
        server.starts_again()
        converse(server, "bob")
        assert [step for step in server.steps if step.startswith("server")] == ["server ends", "server listens"]


def test_a_port_in_time_wait_is_named_as_the_reason(serve):
    with serve(FORGETS_REUSEADDR + "connection, _ = server.accept()\nconnection.close()") as server:
        server.connect("alice").sees_the_end()
        server.client("alice").leaves()
        server.ends()
        assert reason(server.starts_again) == (
            "expected a server that listens on localhost PORT, "
            "but the program ended with status 1 before anybody could connect "
            f"(OSError: [Errno {EADDRINUSE}] {os.strerror(EADDRINUSE)})"
        )


def test_a_taken_port_cannot_be_listened_on(serve):
    with serve(EXPLAINS_ITSELF) as server:
        with server.on_a_taken_port() as run:
            run.explains_itself()
        assert server.steps == ["another program listens on localhost PORT", ONE_RUN[0], "server ended with status 1"]


def test_a_traceback_is_no_explanation_of_a_taken_port(serve):
    with serve(LISTENS) as server, server.on_a_taken_port() as run:
        assert reason(run.explains_itself) == (
            "expected a sentence that says why it cannot go on, and a status that is not 0, but it printed a traceback"
        )


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ((), "$ python lab5/server.py"),
        (("localhost",), "$ python lab5/server.py localhost"),
        (("localhost", "70000"), "$ python lab5/server.py localhost 70000"),
    ],
)
def test_a_program_is_started_with_the_arguments_given(arguments, command, serve):
    with serve("import sys; print('usage:', *sys.argv[1:], file=sys.stderr); sys.exit(2)") as server:
        server.given(*arguments).shows_usage()
        assert server.steps == [command, "server ended with status 2"]
        assert server.last_words() == [" ".join(["usage:", *arguments])]


def test_a_signal_stops_the_server(serve):
    with serve(ECHO) as server:
        server.starts("localhost")
        server.stops(SIGTERM)
        assert server.steps[1:] == ["server listens", "server gets SIGTERM", "server ends"]


def test_the_exit_status_is_a_step(serve):
    with serve(ECHO_ONCE) as server:
        converse(server, "alice")
        server.ends_with(status=0)
        assert server.steps[-1] == "server ended with status 0"


def test_a_wrong_exit_status_is_named(serve):
    with serve(ECHO_ONCE + "sys.exit(13)") as server:
        converse(server, "alice")
        assert reason(server.ends_with, 0) == "expected the program to end with status 0, but it ended with status 13"


def test_the_next_conversation_goes_on_with_a_server_that_runs(serve):
    with serve(ECHO) as server:
        converse(server, "alice")
        assert server.begin() is True
        converse(server, "alice")
        assert server.steps == ["$ python lab5/server.py localhost PORT    (it runs already)", *ONE_RUN[1:]]


def test_the_next_conversation_needs_a_new_run_of_a_server_that_has_ended(serve):
    with serve(ECHO_ONCE) as server:
        converse(server, "alice")
        server.ends()
        assert server.begin() is False
        converse(server, "alice")
        assert server.steps == ONE_RUN


def test_a_server_for_one_client_is_ended_once_it_has_had_one(serve):
    with serve(ECHO, one_client=True) as server:
        converse(server, "alice")
        assert server.begin() is False


def test_a_server_for_one_client_that_has_had_none_runs_on(serve):
    with serve(ECHO, one_client=True) as server:
        server.starts("localhost")
        assert server.begin() is True


def test_clients_who_stay_do_not_keep_the_next_conversation_waiting(serve):
    with serve(ECHO) as server:
        server.connect("alice")
        server.begin()
        converse(server, "bob")
        assert server.steps[-1] == "bob hangs up"
