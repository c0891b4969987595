"""A workspace starts what a submission holds, and leaves nothing of it running."""

import os
import socket
import sys

import psutil
import pytest

from grader.check import Disturbed, Unmet
from grader.sandbox.ports import has_address, lease_port
from grader.sandbox.program import Limits, Said
from grader.sandbox.workspace import Halted, Workspace

GIVEN = {"PATH": os.environ["PATH"], "HOME": "/home/user"}
GENEROUS = 5  # seconds until a test gives up
CALL = """
import os, signal, socket
def call():
    with socket.create_connection(("127.0.0.1", {port})) as line:
        line.recv(1)  # until the test hangs up
"""
WAITS = "call()"
DAEMON = "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\ncall()"
DEAF = "for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\ncall()"
CHILD_WITH_THE_PORT = "server = socket.create_server(('127.0.0.1', 0))\nif os.fork(): os._exit(0)\ncall()"


@pytest.fixture
def make(tmp_path):
    """Makes workspaces, each in a folder of its own with these files in its lab5/."""

    def make(files):
        folder = tmp_path / f"workspace-{len(list(tmp_path.iterdir())) + 1}"
        for name, text in files.items():
            file = folder / "lab5" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(0o755)
        return Workspace(folder, environment=GIVEN, limits=Limits())

    return make


@pytest.fixture
def said(make):
    """What a submission of these files prints when it is started with these arguments."""

    def said(files, *arguments):
        with make(files) as workspace:
            program = workspace.start("server.py", arguments)
            program.exit_status(GENEROUS)
            return program.said()

    return said


class Calls:
    """Where programs call when they are ready; they end when the test hangs up, if nobody has ended them before."""

    def __init__(self, server):
        self._server = server
        self._lines = []
        self.source = CALL.format(port=server.getsockname()[1])

    def take(self):
        """The next caller's line."""
        line, _ = self._server.accept()
        self._lines.append(line)
        line.settimeout(GENEROUS)
        return line

    def hang_up(self):
        """Ends every call."""
        for line in self._lines:
            line.close()


@pytest.fixture
def calls():
    """The place to call of one test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(GENEROUS)
        calls = Calls(server)
        yield calls
        calls.hang_up()


def is_dead(line):
    """Whether the caller has ended, though the test has not hung up."""
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False


def test_a_python_program_gets_its_arguments(said):
    assert (
        said({"server.py": "import sys; print(sys.argv)"}, "::1", "8008").output
        == "['lab5/server.py', '::1', '8008']\n"
    )


@pytest.mark.parametrize("shebang", ["#!/bin/sh\n", ""])
def test_start_sh_goes_before_the_python_program(shebang, said):
    files = {"start.sh": shebang + 'echo "$# $2"', "server.py": "print('python')"}
    assert said(files, "localhost", "two words") == Said("2 two words\n", "")


def test_start_sh_runs_where_it_stands(said):
    assert said({"start.sh": "ls", "server.c": ""}).output == "server.c\nstart.sh\n"


def test_start_sh_is_for_the_programs_beside_it(make):
    with make({"start.sh": "", "week2_udp/client.py": "print('week 2')"}) as workspace:
        program = workspace.start("week2_udp/client.py", ())
        program.exit_status(GENEROUS)
        assert program.said().output == "week 2\n"


def test_a_missing_program_is_unmet(make):
    with make({"client.py": ""}) as workspace, pytest.raises(Unmet) as unmet:
        workspace.start("server.py", ())
    came = "there is no lab5/server.py in the submission (it has client.py)"
    assert str(unmet.value) == f"expected the program lab5/server.py, but {came}"


def test_compile_sh_runs_once_and_before_the_first_start(make):
    with make({"compile.sh": "echo compiled >> log", "start.sh": "cat log"}) as workspace:
        programs = [workspace.start("server.py", ()) for _ in range(2)]
        assert [program.exit_status(GENEROUS) for program in programs] == [0, 0]
        assert [program.said().output for program in programs] == ["compiled\n", "compiled\n"]


@pytest.mark.parametrize(
    ("script", "came"),
    [
        ("exit 1", "it ended with status 1"),
        ("echo 'main.c:2: no ;' >&2; exit 1", "it ended with status 1: main.c:2: no ;"),
        ("echo 'main.c:2: no ;'; exit 2", "it ended with status 2: main.c:2: no ;"),
        ("echo chatter; echo 'line 1\nline 2' >&2; exit 1", "it ended with status 1: line 1 line 2"),
    ],
)
def test_a_compile_sh_that_fails_is_unmet(script, came, make):
    with make({"compile.sh": script, "start.sh": ""}) as workspace, pytest.raises(Unmet) as unmet:
        workspace.start("server.py", ())
    assert str(unmet.value) == f"expected compile.sh to end with status 0, but {came}"


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (["server.py"], "python lab5/server.py localhost 8008"),
        (["start.sh"], "lab5/start.sh localhost 8008"),
        (["week5_rooms/start.sh"], "python lab5/server.py localhost 8008"),
    ],
)
def test_the_command_is_what_a_student_types(files, command, make):
    workspace = make(dict.fromkeys(files, ""))
    assert workspace.command("server.py", ("localhost", "8008")) == command


@pytest.mark.parametrize(("name", "value"), [("LANG", "C.UTF-8"), ("SECRET", "None")])
def test_a_program_has_the_environment_that_is_given_and_not_the_graders(name, value, said, monkeypatch):
    monkeypatch.setenv("SECRET", "the grader's")
    assert said({"server.py": f"import os; print(os.environ.get({name!r}))"}).output == f"{value}\n"


def test_a_program_has_a_home_of_its_own_and_compile_sh_the_users(make):
    with make({"compile.sh": "echo $HOME > log", "start.sh": "cat log; echo $HOME"}) as workspace:
        program = workspace.start("server.py", ())
        program.exit_status(GENEROUS)
        assert program.said().output == f"/home/user\n{workspace.folder}\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken_cannot_be_occupied(host, make):
    if not has_address(host):
        pytest.skip(f"this machine has no address {host}")
    workspace = make({})
    with lease_port() as lease, workspace.occupy(host, lease.port), pytest.raises(Disturbed):
        workspace.occupy(host, lease.port)


@pytest.mark.parametrize(
    "program",
    [WAITS, DAEMON, DEAF, CHILD_WITH_THE_PORT],
    ids=["waits", "daemon", "ignores_signals", "child_with_the_port"],
)
def test_no_process_outlives_its_workspace(program, make, calls):
    with make({"server.py": calls.source + program}) as workspace:
        workspace.start("server.py", ())
        line = calls.take()
    assert is_dead(line)


def test_what_compile_sh_leaves_running_does_not_outlive_the_workspace(make, calls):
    files = {"compile.sh": f"{sys.executable} daemon.py", "daemon.py": calls.source + DAEMON, "start.sh": ""}
    with make(files) as workspace:
        workspace.start("server.py", ())
        line = calls.take()
    assert is_dead(line)


def test_no_process_outlives_a_workspace_that_an_exception_leaves(make, calls):
    with pytest.raises(ZeroDivisionError), make({"server.py": calls.source + WAITS}) as workspace:
        workspace.start("server.py", ())
        line = calls.take()
        raise ZeroDivisionError
    assert is_dead(line)


def test_the_programs_of_another_workspace_run_on(make, calls):
    with make({"server.py": calls.source + WAITS}) as other:
        program = other.start("server.py", ())
        calls.take()
        with make({"server.py": ""}) as workspace:
            workspace.start("server.py", ())
        assert program.exit_status() is None


def test_halt_ends_every_program(make, calls):
    with pytest.raises(Halted), make({"server.py": calls.source + WAITS}) as workspace:
        programs = [workspace.start("server.py", ()) for _ in range(2)]
        calls.take(), calls.take()
        workspace.halt()
        assert [program.exit_status(GENEROUS) for program in programs] == [-9, -9]


def test_a_halted_workspace_starts_nothing(make):
    workspace = make({"server.py": ""})
    workspace.halt()
    with pytest.raises(Halted):
        workspace.start("server.py", ())


def test_a_halted_workspace_is_left_with_halted(make):
    with pytest.raises(Halted), make({}) as workspace:
        workspace.halt()


def test_an_exception_goes_before_halted(make):
    with pytest.raises(ZeroDivisionError), make({}) as workspace:
        workspace.halt()
        raise ZeroDivisionError


def test_a_listener_of_the_workspace_is_no_intruder(make, calls):
    listens = "import sys\nserver = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    with make({"server.py": calls.source + listens + WAITS}) as workspace, workspace.lease_port() as lease:
        workspace.start("server.py", (str(lease.port),))
        calls.take()
        assert not workspace.intruder_on(lease.port)


def test_a_listener_of_another_workspace_is_an_intruder(make, calls):
    listens = "import sys\nserver = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    with make({"server.py": calls.source + listens + WAITS}) as other, lease_port() as lease:
        other.start("server.py", (str(lease.port),))
        calls.take()
        assert make({}).intruder_on(lease.port)


def test_a_listener_that_ends_while_one_looks_is_no_intruder(make, calls, monkeypatch):
    listens = "import sys\nserver = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    with make({"server.py": calls.source + listens + WAITS}) as workspace, workspace.lease_port() as lease:
        program = workspace.start("server.py", (str(lease.port),))
        calls.take()
        seen = psutil.net_connections("tcp")

        def slow(kind):
            program.kill()
            program.exit_status(GENEROUS)
            return seen

        monkeypatch.setattr(psutil, "net_connections", slow)
        assert not workspace.intruder_on(lease.port)
