"""One start of a server: how it comes up, where it listens, and that it gives up. The programs are real, and tiny."""

import os
import subprocess
import sys
from contextlib import contextmanager
from signal import SIGINT, SIGTERM

import pytest

from grader.check import Disturbed, Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers import server_run as server_run_module
from grader.peers.server_run import ServerRun
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address, lease_port
from grader.sandbox.workspace import Workspace

GENEROUS = 10  # seconds until a test gives up
WAITS = "import signal\nwhile True: signal.pause()\n"
LISTENS = "import socket, sys\nserver = socket.create_server(({host}, {port}))\n"
AS_TOLD = LISTENS.format(host="sys.argv[1]", port="int(sys.argv[2])")
ANYWHERE = LISTENS.format(host="'localhost'", port=0)
SIGNALS = "import signal\nfor number in (2, 15): signal.signal(number, signal.{action})\n"
SERVER_WANTED = "expected a server that listens on localhost PORT, but "
SENTENCE_WANTED = "expected a sentence that says why it cannot go on, and a status that is not 0, but "
USAGE_WANTED = (
    "expected `python lab5/server.py localhost PORT` to print a usage line on standard error "
    "and to end with status 2, but "
)
BOTH_WAYS_TO_WAIT = pytest.mark.parametrize("wait", [ServerRun.listens, ServerRun.connected])


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and asks again at once, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(run_module, "AGAIN", 0.1)
    monkeypatch.setattr(server_run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(server_run_module, "ELSEWHERE", 0.05)


@pytest.fixture
def patience():
    """More than any program here needs, where a test does not say otherwise."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def steps():
    """The transcript."""
    return []


@pytest.fixture
def start(tmp_path, steps, patience):
    """Starts the submission in lab5/, a server.py of this source, on this host and a free port."""
    (tmp_path / "lab5").mkdir()
    environment = {"PATH": os.environ["PATH"]}

    def start(source, host="localhost"):
        (tmp_path / "lab5" / "server.py").write_text(source)
        arguments = (host, str(lease.number))
        return ServerRun(workspace, "server.py", arguments, port=lease.number, steps=steps, patience=patience)

    with lease_port() as lease, Workspace(tmp_path, Bare(tmp_path, Limits()), environment=environment) as workspace:
        yield start


@contextmanager
def an_intruder(port):
    """Meanwhile a program that is not the grader's listens on this port."""
    source = f"import socket; server = socket.create_server(('127.0.0.1', {port})); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", source], **pipes) as intruder:
        assert intruder.stdout.readline()
        yield
        intruder.communicate(b"\n")


def reason(conversation, *arguments):
    """The text of the Unmet that this raises."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value)


def test_a_server_that_listens_where_it_was_told_to_is_seen(start, steps):
    start(AS_TOLD + WAITS).listens()
    assert steps == ["$ python lab5/server.py localhost PORT", "server listens"]


def test_looking_uses_up_no_client_of_a_server_for_one(start):
    run = start(AS_TOLD + "connection, _ = server.accept(); server.close(); connection.sendall(b'welcome')")
    run.listens()
    with run.connected() as alice:
        assert alice.recv(100) == b"welcome"


def test_a_server_that_comes_up_slowly_is_waited_for(start, steps):
    start("import time; time.sleep(0.3)\n" + AS_TOLD + WAITS).listens()
    assert steps[-1] == "server listens"


def test_a_server_that_comes_up_slowly_gets_its_first_client(start):
    run = start("import time; time.sleep(0.3)\n" + AS_TOLD + "server.accept()[0].sendall(b'welcome')")
    with run.connected() as alice:
        assert alice.recv(100) == b"welcome"


@pytest.mark.parametrize("options", ["('', {port})", "('::', {port}), family=socket.AF_INET6"])
def test_a_server_that_listens_on_every_address_listens_where_it_was_told_to(options, start, steps):
    if not has_address("::1"):
        pytest.skip("this machine has no IPv6")
    options = options.format(port="int(sys.argv[2])")
    start(f"import socket, sys\nserver = socket.create_server({options})\n{WAITS}", host="127.0.0.1").listens()
    assert steps[-1] == "server listens"


@BOTH_WAYS_TO_WAIT
@pytest.mark.parametrize(
    ("source", "came"),
    [
        ("pass", "the program ended with status 0 before anybody could connect"),
        ("raise SystemExit(3)", "the program ended with status 3 before anybody could connect"),
        ("raise SystemExit('no way')", "the program ended with status 1 before anybody could connect (no way)"),
        ("1 / 0", "the program ended with status 1 before anybody could connect (ZeroDivisionError: division by zero)"),
        ("print(", "the program ended with status 1 before anybody could connect (SyntaxError: '(' was never closed)"),
        (
            "import os; os.kill(os.getpid(), 9)",
            "the program was ended by the signal SIGKILL before anybody could connect",
        ),
        ("import sys; sys.exit(sys.argv[2])", "the program ended with status 1 before anybody could connect (PORT)"),
        ("import os; exit(os.path.realpath('x'))", "the program ended with status 1 before anybody could connect (x)"),
    ],
)
def test_a_program_that_ends_before_it_listens_is_named_with_its_reason(source, came, wait, start):
    assert reason(wait, start(source)) == SERVER_WANTED + came


@BOTH_WAYS_TO_WAIT
def test_a_port_that_is_not_the_one_given_is_named(wait, start):
    with lease_port() as other:
        run = start(LISTENS.format(host="'localhost'", port=other.number) + WAITS)
        came = f"it listens on port {other.number}, not on the one that it was given"
        assert reason(wait, run) == SERVER_WANTED + came


@BOTH_WAYS_TO_WAIT
def test_an_address_that_is_not_the_one_given_is_named(wait, start):
    if not has_address("127.0.0.2"):
        pytest.skip("this machine has no address 127.0.0.2")
    run = start(LISTENS.format(host="'127.0.0.1'", port="int(sys.argv[2])") + WAITS, host="127.0.0.2")
    assert reason(wait, run) == (
        "expected a server that listens on 127.0.0.2 PORT, "
        "but it listens on 127.0.0.1, not on the address that it was given"
    )


def test_a_program_that_listens_nowhere_is_named(start, patience):
    patience.answer = 0.2
    assert reason(start(WAITS).listens) == SERVER_WANTED + "it listens on no port, and still runs"


def test_a_port_that_is_another_programs_is_no_fault_of_the_server(start):
    run = start(WAITS)
    with an_intruder(run.port), pytest.raises(Disturbed, match="another program of this machine listens on the port"):
        run.connected()


def test_a_port_that_is_the_servers_own_is_not_disturbed(start):
    run = start(AS_TOLD + WAITS)
    run.listens()
    assert not run.is_disturbed()


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_signal_stops_a_server(number, start, steps):
    run = start(SIGNALS.format(action="SIG_DFL") + AS_TOLD + WAITS)
    run.listens()
    run.stops(number)
    assert steps[2:] == [f"server gets {number.name}", "server ends"]


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_server_that_ignores_a_signal_still_runs(number, start, patience):
    run = start(SIGNALS.format(action="SIG_IGN") + AS_TOLD + WAITS)
    run.listens()
    patience.answer = 0.1
    assert reason(run.stops, number) == "expected the program to end, but it still runs"


def test_a_server_that_listens_on_gets_a_signal_again(start, steps):
    second = "def first(*_): signal.signal(2, signal.SIG_DFL)\nimport signal\nsignal.signal(2, first)\n"
    run = start(second + AS_TOLD + WAITS)
    run.listens()
    run.stops(SIGINT)
    assert steps[2:4] == ["server gets SIGINT", "server gets SIGINT again"]


def test_a_server_that_explains_why_it_cannot_listen_gives_up(start, steps):
    start("import sys; sys.exit('the port is taken')").explains_itself()
    assert steps == ["$ python lab5/server.py localhost PORT", "server ended with status 1"]


def test_a_server_that_listens_does_not_explain_why_it_cannot(start):
    assert reason(start(ANYWHERE + WAITS).explains_itself) == SENTENCE_WANTED + "it listens for clients"


def test_a_server_that_listens_does_not_show_its_usage(start):
    assert reason(start(ANYWHERE + WAITS).shows_usage) == USAGE_WANTED + "it listens for clients"


def test_a_program_that_neither_gives_up_nor_listens_still_runs(start, patience):
    patience.answer = 0.1
    assert reason(start(WAITS).shows_usage) == USAGE_WANTED + "it still runs"


def test_the_port_is_called_port_in_the_last_words(start):
    run = start("import sys; print('listening on port', sys.argv[2])")
    run.ends()
    assert run.last_words(cut_off=False) == ["listening on port PORT"]


def test_a_server_that_has_hung_up_gets_a_moment_to_say_why(start):
    run = start(AS_TOLD + "server.accept(); import time; time.sleep(0.2); sys.exit('why')")
    run.connected().close()
    assert run.last_words(cut_off=True) == ["why"]
