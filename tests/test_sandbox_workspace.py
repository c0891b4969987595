"""A workspace starts what a submission holds, and leaves nothing of it running."""

import errno
import os
import socket
import sys

import pytest

from grader.check import Disturbed, Unmet
from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import has_address, lease_port
from grader.sandbox.program import Said
from grader.sandbox.workspace import Halted, Workspace

GIVEN = {"PATH": os.environ["PATH"], "HOME": "/home/user"}
GENEROUS = 5  # seconds until a test gives up
WAITS = "import signal; signal.alarm(60); signal.pause()"
DAEMON = """
import os, signal, socket
if os.fork(): os._exit(0)
os.setsid()
signal.alarm(60)
line = socket.create_connection({address})
line.recv(1)
"""


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
        return Workspace(folder, Bare(folder, Limits()), environment=GIVEN)

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


@pytest.fixture
def server():
    """Where a daemon calls; the line is cut when it ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(GENEROUS)
        yield server


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


def test_a_compile_sh_that_fails_runs_once(make):
    with make({"compile.sh": "echo once >> log; exit 1", "start.sh": ""}) as workspace:
        for _ in range(2):
            with pytest.raises(Unmet, match="it ended with status 1"):
                workspace.start("server.py", ())
        assert (workspace.folder / "lab5" / "log").read_text() == "once\n"


def test_a_compile_sh_that_does_not_end_is_ended(make, monkeypatch, server):
    monkeypatch.setattr("grader.sandbox.workspace.COMPILE_SECONDS", 0.1)
    waits = WAITS + f"\nimport socket; socket.create_connection({server.getsockname()})"
    with make({"compile.sh": f"exec {sys.executable} waits.py", "waits.py": waits, "start.sh": ""}) as workspace:
        with pytest.raises(Unmet, match="it had not ended after a minute"):
            workspace.start("server.py", ())
        assert [program.exit_status() for program in workspace._site._programs] == [-9]


def test_what_an_ended_workspace_has_run_is_not_kept(make):
    with make({"server.py": ""}) as workspace:
        workspace.start("server.py", ())
    assert workspace._site._programs == []


def no_more_sockets(*_):
    raise OSError(errno.EMFILE, "Too many open files")


@pytest.mark.parametrize(
    "asks",
    [
        lambda workspace: workspace.connect("127.0.0.1", 9, GENEROUS),
        lambda workspace: workspace.has_address("127.0.0.1"),
        lambda workspace: workspace.occupy("127.0.0.1", 9),
        lambda workspace: workspace.datagram_socket("127.0.0.1"),
        lambda workspace: workspace.lease_port(),
    ],
)
def test_that_the_grader_has_no_more_sockets_is_no_fault_of_the_submission(asks, make, monkeypatch):
    with make({}) as workspace:
        monkeypatch.setattr(workspace._site, "make_socket", no_more_sockets)
        with pytest.raises(Disturbed, match="the grader has no room for one more socket: Too many open files"):
            asks(workspace)


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
    with lease_port() as lease, workspace.occupy(host, lease.number), pytest.raises(Disturbed):
        workspace.occupy(host, lease.number)


def test_no_program_outlives_its_workspace(make):
    with make({"server.py": WAITS}) as workspace:
        program = workspace.start("server.py", ())
    assert program.exit_status() == -9


def test_what_compile_sh_leaves_running_does_not_outlive_the_workspace(make, server):
    daemon = DAEMON.format(address=server.getsockname())
    files = {"compile.sh": f"{sys.executable} daemon.py", "daemon.py": daemon, "start.sh": ""}
    with make(files) as workspace:
        workspace.start("server.py", ())
        line, _ = server.accept()
    line.settimeout(GENEROUS)
    with line:
        assert line.recv(1) == b""


def test_no_program_outlives_a_workspace_that_an_exception_leaves(make):
    with pytest.raises(ZeroDivisionError), make({"server.py": WAITS}) as workspace:
        program = workspace.start("server.py", ())
        raise ZeroDivisionError
    assert program.exit_status() == -9


def test_halt_ends_every_program(make):
    with pytest.raises(Halted), make({"server.py": WAITS}) as workspace:
        programs = [workspace.start("server.py", ()) for _ in range(2)]
        workspace.halt()
        assert [program.exit_status(GENEROUS) for program in programs] == [-9, -9]


def test_a_program_that_a_halt_found_being_started_is_ended(make, monkeypatch):
    def slow(site, *arguments):
        workspace.halt()
        return start(site, *arguments)

    start = Bare.start
    monkeypatch.setattr(Bare, "start", slow)
    with pytest.raises(Halted), make({"server.py": WAITS}) as workspace:
        assert workspace.start("server.py", ()).exit_status(GENEROUS) == -9


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


def test_a_start_has_variables_of_its_own_besides_the_usual_ones(make):
    with make(
        {"server.py": "import os; print(os.environ.get('HOME'), os.environ.get('TZ'), os.environ['LANG'])"}
    ) as it:
        programs = [it.start("server.py", (), environment=own) for own in ({"TZ": "LAB-5", "HOME": "/box"}, None)]
        assert [program.exit_status(GENEROUS) for program in programs] == [0, 0]
        said = [program.said().output for program in programs]
        assert said == ["/box LAB-5 C.UTF-8\n", f"{it.folder} None C.UTF-8\n"]


def test_a_start_sh_has_the_variables_of_its_start_and_compile_sh_has_not(make):
    with make({"compile.sh": "echo $SECRET > log", "start.sh": "cat log; echo $SECRET"}) as workspace:
        program = workspace.start("server.py", (), environment={"SECRET": "swordfish"})
        program.exit_status(GENEROUS)
        assert program.said().output == "\nswordfish\n"


def test_our_own_lines_see_files_as_programs_do(make):
    with make({"server.py": "open('note', 'w').write('hello')"}) as workspace:
        workspace.start("server.py", ()).exit_status(GENEROUS)
        assert workspace.does("import os; print(open('note').read(), os.environ['WORD'])", WORD="two words") == (
            "hello two words\n"
        )


@pytest.mark.parametrize("trap", ["json.py", "sitecustomize.py", "lab5/json.py"])
def test_our_own_lines_import_nothing_of_a_submission(trap, make):
    with make({f"../{trap}": "raise SystemExit('trapped')"}) as workspace:
        assert workspace.does("import json; print(json.dumps([]))") == "[]\n"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os; os.abort()", "was ended by the signal SIGABRT: "),
        ("raise SystemExit('no')", "ended with status 1: no\n"),
    ],
)
def test_our_own_lines_that_fail_are_no_fault_of_the_submission(source, why, make):
    with make({"client.py": ""}) as workspace, pytest.raises(Disturbed) as disturbed:
        workspace.does(source)
    assert str(disturbed.value) == f"what was to look at the files of the program {why}"


def test_a_submission_that_leaves_us_no_room_is_told_so(make):
    source = "import errno, os; raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))"
    with make({"client.py": ""}) as workspace, pytest.raises(Unmet) as unmet:
        workspace.does(source)
    assert unmet.value.came == "its programs have filled all the room that they have for files"


@pytest.mark.parametrize("shell", ["1: cd: can't cd to {}", "line 1: cd: {}: Permission denied"], ids=["dash", "bash"])
def test_a_submission_that_has_locked_its_folder_is_told_so(shell, make):
    with make({"client.py": ""}) as workspace, pytest.raises(Unmet) as unmet:
        said = f"{workspace.home}: {shell.format(workspace.home)}"
        workspace.does(f"import sys; print({said!r}, file=sys.stderr); sys.exit(2)")
    assert unmet.value.came == "they have locked it"


def test_new_homes_are_different_and_a_report_calls_them_home(make):
    workspace = make({})
    homes = [workspace.new_home() for _ in range(12)]
    assert (len(set(homes)), {workspace.neutral(f"{home}/.config") for home in homes}) == (12, {"home/.config"})


@pytest.mark.parametrize(
    ("text", "concealed"),
    [
        ("", ""),
        ("the word is swordfish.", "the word is (the password)."),
        ("swordfishswordfish", "(the password)(the password)"),
        ("Bearer x7_-Zq, 'x7_-Zq'", "Bearer (a token), '(a token)'"),
        ("Swordfish sword fish", "Swordfish sword fish"),
    ],
)
def test_secrets_are_concealed(text, concealed, make):
    workspace = make({})
    workspace.secrets |= {"swordfish": "(the password)", "x7_-Zq": "(a token)"}
    assert (workspace.conceal(text), workspace.neutral(text)) == (concealed, concealed)


def test_a_folder_is_had_as_well(make):
    workspace = make({"week9_package/setup.py": ""})
    assert workspace.has("week9_package")
    assert not workspace.has("week8_irc")


def test_any_command_runs_in_a_folder_of_its_own(make):
    with make({"server.py": ""}) as workspace:
        program = workspace.run(["sh", "-c", "pwd; echo $HOME"], "lab5", environment={"HOME": "/nowhere"})
        assert program.exit_status(GENEROUS) == 0
        assert program.said().output == f"{workspace.home}/lab5\n/nowhere\n"
