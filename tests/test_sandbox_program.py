"""One program: what it prints, what it may use, how it is seen, how it ends."""

import os
import signal
import socket
import sys

import pytest

from grader.sandbox.listeners import Listener
from grader.sandbox.program import Program, Said, let_programs_hear_signals

GENEROUS = 10  # seconds until a test gives up
WAITS = "import signal; signal.pause()"
HOLDS_THE_LINE = "call.recv(1)"  # until the test hangs up
READY = "word = b'ready'\n"
DEFAULT = "import signal; [signal.signal(number, signal.SIG_DFL) for number in (2, 15)]\n"
DEAF = "import signal; [signal.signal(number, signal.SIG_IGN) for number in (1, 2, 15)]\n"
FORKS = "import os; os.fork()\n"
LEAVES_IT_TO_A_CHILD = "import os, signal\nif os.fork(): signal.pause()\n"
LISTENS = "import socket; server = socket.create_server(('127.0.0.1', 0)); word = b'%d' % server.getsockname()[1]\n"


@pytest.fixture
def start(tmp_path):
    """Starts Python programs from their source."""
    started = []

    def start(source):
        command = [sys.executable, "-c", source]
        started.append(Program(command, tmp_path, environment={}))
        return started[-1]

    yield start
    for program in started:
        program.end()


@pytest.fixture
def typed():
    """Puts bytes into the standard input of this process."""
    own = os.dup(0)

    def typed(data):
        reader, writer = os.pipe()
        os.write(writer, data)
        os.dup2(reader, 0)
        os.close(reader)
        os.close(writer)

    yield typed
    os.dup2(own, 0)
    os.close(own)


class Calls:
    """Where programs call to say a word when they are ready; the line is cut when they end."""

    def __init__(self, server):
        self._server = server
        self.source = f"import socket; call = socket.create_connection({server.getsockname()}); call.sendall(word)\n"

    def take(self):
        """The next call, and the word that the caller says."""
        call, _ = self._server.accept()
        call.settimeout(GENEROUS)
        return call, call.recv(100)


@pytest.fixture
def calls():
    """The place to call of one test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(GENEROUS)
        yield Calls(server)


@pytest.mark.parametrize(
    ("source", "status"),
    [("pass", 0), ("raise SystemExit(3)", 3), ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -15)],
)
def test_the_exit_status_is_the_programs(source, status, start):
    assert start(source).exit_status(GENEROUS) == status


def test_a_running_program_has_no_exit_status(start):
    assert start(WAITS).exit_status() is None


def test_standard_input_is_empty_and_not_the_graders(start, typed):
    typed(b"for the grader")
    assert start("import sys; sys.exit(len(sys.stdin.read()))").exit_status(GENEROUS) == 0


def test_output_and_errors_are_kept_apart(start):
    program = start("import sys; print('one'); print('two', file=sys.stderr)")
    program.exit_status(GENEROUS)
    assert program.said() == Said("one\n", "two\n")


def test_bytes_that_are_not_utf8_are_shown_as_escapes(start):
    program = start(r"import os; os.write(1, b'caf\xe9 \xc3\xa9')")
    program.exit_status(GENEROUS)
    assert program.said().output == r"caf\xe9 é"


def test_a_program_does_not_wait_for_a_reader_of_its_output(start):
    assert start("print('x' * 2_000_000)").exit_status(GENEROUS) == 0


@pytest.mark.parametrize("who", ["", LEAVES_IT_TO_A_CHILD], ids=["itself", "its child"])
def test_it_is_seen_where_a_program_listens(who, start, calls):
    program = start(who + LISTENS + calls.source + HOLDS_THE_LINE)
    call, port = calls.take()
    with call:
        assert program.listeners() == [Listener("127.0.0.1", int(port))]


def test_a_program_that_has_ended_listens_nowhere(start):
    program = start("pass")
    program.exit_status(GENEROUS)
    assert program.listeners() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_program(number, start, calls):
    program = start(DEFAULT + READY + calls.source + HOLDS_THE_LINE)
    call, _ = calls.take()
    with call:
        program.interrupt(number)
        assert program.exit_status(GENEROUS) == -number


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_program_does_not_ignore_a_signal_because_the_grader_was_started_to(number, start):
    before = signal.signal(number, signal.SIG_IGN)
    try:
        let_programs_hear_signals()
        program = start(f"import signal; raise SystemExit(signal.getsignal({int(number)}) == signal.SIG_IGN)")
    finally:
        signal.signal(number, before)
    assert program.exit_status(GENEROUS) == 0


def test_ctrl_c_reaches_the_children_of_a_program(start, calls):
    program = start(DEFAULT + FORKS + READY + calls.source + HOLDS_THE_LINE)
    (one, _), (two, _) = calls.take(), calls.take()
    with one, two:
        program.interrupt(signal.SIGINT)
        assert (one.recv(1), two.recv(1)) == (b"", b"")


def test_a_signal_to_a_program_that_has_ended_is_no_fault(start):
    program = start("pass")
    program.exit_status(GENEROUS)
    program.interrupt(signal.SIGTERM)
    assert program.exit_status() == 0


def test_the_end_of_a_program_is_the_end_of_its_children(start, calls):
    program = start(FORKS + READY + calls.source + HOLDS_THE_LINE)
    (one, _), (two, _) = calls.take(), calls.take()
    with one, two:
        program.end()
        assert (one.recv(1), two.recv(1)) == (b"", b"")


def test_a_program_that_ignores_signals_is_ended(start, calls):
    program = start(DEAF + READY + calls.source + HOLDS_THE_LINE)
    call, _ = calls.take()
    with call:
        program.end()
        assert program.exit_status() == -signal.SIGKILL


def test_ending_twice_is_no_fault(start):
    program = start(WAITS)
    program.end()
    program.end()
    assert program.exit_status() == -signal.SIGKILL


SHOWS_A_WORD = (
    "import subprocess, sys\nif len(sys.argv) < 2: subprocess.run([sys.executable, '-c', {0!r}, 'swordfish'])\n"
)


def test_the_list_of_processes_has_a_program_and_what_it_has_started(start, calls):
    program = start(SHOWS_A_WORD.format(READY + calls.source + HOLDS_THE_LINE))
    call, _ = calls.take()
    with call:
        lines = program.command_lines()
        assert [line.startswith(sys.executable) for line in lines] == [True, True]
        assert lines[1].endswith(" swordfish")


def test_a_program_that_has_ended_is_not_in_the_list_of_processes(start):
    program = start("pass")
    program.exit_status(GENEROUS)
    assert "pass" not in "".join(program.command_lines())
