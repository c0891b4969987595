"""One start of a server of week 6: its port, its screen, its threads. The programs are real, and tiny."""

import os
import socket

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers.relay import run as relay_run_module
from grader.peers.relay.run import RelayRun
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address
from grader.sandbox.workspace import Workspace

GENEROUS, BRIEF = 10, 0.3  # seconds until a test gives up; seconds for what does not come
LISTENS = "import signal, socket, sys\nserver = socket.create_server(('127.0.0.1', 0))\n"
WAITS = "\nwhile True: signal.pause()"
SAYS = "\nprint({}, flush=True)\n"
PORT = "server.getsockname()[1]"


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def steps():
    """The transcript."""
    return []


@pytest.fixture
def start(tmp_path, steps, patience):
    """Starts the submission in lab5/, a server.py of this source."""
    (tmp_path / "lab5").mkdir()
    with Workspace(tmp_path, Bare(tmp_path, Limits()), environment={"PATH": os.environ["PATH"]}) as workspace:

        def start(source):
            (tmp_path / "lab5" / "server.py").write_text(source)
            return RelayRun(workspace, "server.py", (), steps=steps, patience=patience)

        yield start


def reason(conversation, *arguments):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments)
    return str(unmet.value).removeprefix("expected ")


def test_a_port_that_the_system_chose_is_found(start, steps):
    run = start(LISTENS + WAITS)
    run.listens()
    socket.create_connection((run.host, run.port)).close()
    assert steps == ["$ python lab5/server.py", "server listens"]


@pytest.mark.parametrize(
    ("address", "family", "host"),
    [
        ("127.0.0.1", "AF_INET", "localhost"),
        ("0.0.0.0", "AF_INET", "localhost"),
        ("::1", "AF_INET6", "localhost"),
        ("127.0.0.2", "AF_INET", "127.0.0.2"),
    ],
)
def test_it_may_listen_on_any_address(start, address, family, host):
    if not has_address(address):
        pytest.skip(f"this machine has no address {address}")
    run = start(
        f"import signal, socket\nserver = socket.create_server(('{address}', 0), family=socket.{family})" + WAITS
    )
    run.listens()
    assert run.host == host


def test_of_two_ports_the_printed_one_counts(start):
    second = "other = socket.create_server(('127.0.0.1', 0))\nprint('port', other.getsockname()[1])\n"
    run = start("import signal, socket\nfirst = socket.socket()\n" + second + "first.listen()" + WAITS)
    run.listens()
    run.prints_its_port()


def test_a_program_that_ends_before_it_listens_is_named(start):
    text = "a server that listens for clients, but the program ended with status 1 before anybody could connect (why)"
    assert reason(start("import sys; sys.exit('why')").listens) == text


def test_a_program_that_never_listens_is_named(start, patience):
    patience.answer = BRIEF
    wanted = "a server that listens for clients, but it listens on no port, and still runs"
    assert reason(start("import signal" + WAITS).listens) == wanted
    assert patience.is_tried


@pytest.mark.parametrize("text", ["'at port', PORT", "'Port:', PORT, '...'", "'PORT', ('127.0.0.1', PORT)"])
def test_a_port_is_printed_in_any_words(start, steps, text):
    run = start(LISTENS + SAYS.format(text.replace(", PORT", f", {PORT}")) + WAITS)
    run.listens()
    run.prints_its_port()
    assert steps[-1] == "server prints its port"


@pytest.mark.parametrize(
    ("source", "came"),
    [
        ("", "it is empty"),
        (SAYS.format("'at port 1'"), "the last line is 'at port 1'"),
        (SAYS.format(PORT), "the last line is 'PORT'"),
    ],
)
def test_a_port_that_is_not_printed_is_missed(start, patience, source, came):
    run = start(LISTENS + source + WAITS)
    run.listens()
    patience.answer = BRIEF
    assert reason(run.prints_its_port) == f"`port` and its number in a line of the server's screen, but {came}"


def test_a_server_that_waits_rests(start, steps):
    run = start(LISTENS + WAITS)
    run.listens()
    run.rests()
    assert steps[-1] == "nothing happens, and the server rests"


def test_a_server_that_computes_does_not_rest(start, monkeypatch):
    monkeypatch.setattr(relay_run_module, "RESTLESS", 0.05)
    run = start(LISTENS + "while True: pass")
    run.listens()
    wanted = "the server to rest while nothing happens, but it keeps the processor busy all the time"
    assert reason(run.rests) == wanted


def test_threads_are_counted(start, steps):
    run = start(LISTENS + WAITS)
    run.listens()
    run.has_started_no_threads(run.threads())
    assert steps[-1] == "server has started no threads for them"


@pytest.mark.parametrize("starts", ["threading.Thread(target=signal.pause).start()", "os.fork() or signal.pause()"])
def test_threads_and_processes_are_named_unless_they_are_few(start, starts):
    run = start(LISTENS + f"import os, threading\nfor _ in range(20): {starts}\n" + "print('all')" + WAITS)
    run.listens()
    while "all" not in run.program.said().output:
        run.exit_status(0.01)
    run.has_started_no_threads(10)
    text = "the server to serve all of them with one thread, but it has started 20 threads or processes"
    assert reason(run.has_started_no_threads, 1) == text
