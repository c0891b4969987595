"""One start of a program: how it comes up and ends, and what is said of it. The programs are real, and tiny."""

import os
from signal import SIGINT, SIGTERM

import pytest

from grader.check import Unmet
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.run import Run
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
USAGE = "import sys; print('usage: server.py HOST PORT', file={file}); sys.exit({status})"
SERVER_WANTED = "expected a server that listens on localhost PORT, but "
SENTENCE_WANTED = "expected a sentence that says why it cannot go on, and a status that is not 0, but "
USAGE_WANTED = (
    "expected `python lab5/server.py localhost PORT` to print a usage line on standard error "
    "and to end with status 2, but "
)


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and asks again at once, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(run_module, "ELSEWHERE", 0.05)
    monkeypatch.setattr(run_module, "AGAIN", 0.1)


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
        return Run(workspace, "server.py", arguments, port=lease.number, steps=steps, patience=patience)

    with lease_port() as lease, Workspace(tmp_path, Bare(tmp_path, Limits()), environment=environment) as workspace:
        yield start


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


@pytest.mark.parametrize("wait", [Run.listens, Run.connected])
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


@pytest.mark.parametrize("wait", [Run.listens, Run.connected])
def test_a_port_that_is_not_the_one_given_is_named(wait, start):
    with lease_port() as other:
        run = start(LISTENS.format(host="'localhost'", port=other.number) + WAITS)
        came = f"it listens on port {other.number}, not on the one that it was given"
        assert reason(wait, run) == SERVER_WANTED + came


@pytest.mark.parametrize("wait", [Run.listens, Run.connected])
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


def test_the_end_of_a_program_gives_its_status(start):
    assert start("raise SystemExit(3)").ends() == 3


def test_a_program_that_does_not_end_still_runs(start, patience):
    patience.answer = 0.1
    assert reason(start(WAITS).ends) == "expected the program to end, but it still runs"


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_signal_stops_a_program(number, start, steps):
    run = start(SIGNALS.format(action="SIG_DFL") + AS_TOLD + WAITS)
    run.listens()
    run.stops(number)
    assert steps[2:] == [f"server gets {number.name}", "server ends"]


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_a_program_that_ignores_a_signal_still_runs(number, start, patience):
    run = start(SIGNALS.format(action="SIG_IGN") + AS_TOLD + WAITS)
    run.listens()
    patience.answer = 0.1
    assert reason(run.stops, number) == "expected the program to end, but it still runs"


@pytest.mark.parametrize("status", [1, 98])
def test_a_sentence_and_a_status_explain_a_program(status, start, steps):
    start(f"import sys; print('the port is taken'); sys.exit({status})").explains_itself()
    assert steps == ["$ python lab5/server.py localhost PORT", f"server ended with status {status}"]


@pytest.mark.parametrize(
    ("source", "came"),
    [
        ("1 / 0", "it printed a traceback"),
        ("raise SystemExit(1)", "it printed nothing"),
        ("print('the port is taken')", "it ended with status 0"),
        ("pass", "it ended with status 0 and it printed nothing"),
        (ANYWHERE + WAITS, "it listens for clients"),
    ],
)
def test_a_program_that_does_not_explain_itself_is_told_how(source, came, start):
    assert reason(start(source).explains_itself) == SENTENCE_WANTED + came


def test_a_usage_line_on_standard_error_and_status_2_are_right(start, steps):
    start(USAGE.format(file="sys.stderr", status=2)).shows_usage()
    assert steps == ["$ python lab5/server.py localhost PORT", "server ended with status 2"]


@pytest.mark.parametrize(
    ("source", "came"),
    [
        (USAGE.format(file="sys.stderr", status=1), "it ended with status 1"),
        (USAGE.format(file="sys.stdout", status=2), "its usage line is on standard output"),
        (USAGE.format(file="sys.stdout", status=0), "it ended with status 0 and its usage line is on standard output"),
        ("raise SystemExit(2)", "it printed no usage line"),
        ("import sys; sys.argv[3]", "it ended with status 1 and it printed a traceback"),
        (ANYWHERE + WAITS, "it listens for clients"),
    ],
)
def test_a_program_without_a_right_usage_line_is_told_what_is_wrong(source, came, start):
    assert reason(start(source).shows_usage) == USAGE_WANTED + came


def test_a_program_that_neither_gives_up_nor_listens_still_runs(start, patience):
    patience.answer = 0.1
    assert reason(start(WAITS).shows_usage) == USAGE_WANTED + "it still runs"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("pass", []),
        ("print('out')", ["out"]),
        ("import sys; print('out'); print('err', file=sys.stderr)", ["err"]),
        ("for number in range(100): print(number)", [str(number) for number in range(90, 100)]),
        ("import sys; print('listening on port', sys.argv[2])", ["listening on port PORT"]),
        ("import sys; print(('127.0.0.1', int(sys.argv[2])))", ["('127.0.0.1', PORT)"]),
        ("import os; print(os.path.realpath('lab5/log'))", ["lab5/log"]),
    ],
)
def test_the_last_words_are_the_last_lines_without_folder_and_port(source, words, start):
    run = start(source)
    run.ends()
    assert run.last_words(cut_off=False) == words


def test_a_traceback_in_the_last_words_names_the_students_file(start):
    run = start("1 / 0")
    run.ends()
    assert run.last_words(cut_off=False)[1] == '  File "lab5/server.py", line 1, in <module>'


def test_who_has_hung_up_gets_a_moment_to_say_why(start):
    run = start(AS_TOLD + "server.accept(); import time; time.sleep(0.2); sys.exit('why')")
    run.connected().close()
    assert run.last_words(cut_off=True) == ["why"]


def test_a_start_sh_is_the_command_in_the_transcript(start, steps, tmp_path):
    script = tmp_path / "lab5" / "start.sh"
    script.write_text("exit 0")
    script.chmod(0o755)
    start("")
    assert steps == ["$ lab5/start.sh localhost PORT"]
