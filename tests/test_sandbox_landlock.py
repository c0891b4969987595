"""What a process has given up by Landlock is refused to it, and to what it starts; each test restricts a new one."""

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from grader.sandbox import landlock

ROOT = Path(__file__).parents[1]
DENIED, NOT_PERMITTED, DONE = "Permission denied", "Operation not permitted", "done"
RESTRICTED = """
import ctypes, os, shutil, signal, socket, subprocess, sys
from grader.sandbox import landlock
landlock.version = lambda: {version}
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
landlock.restrict({readable!r}, {writable!r}, {ports!r})
try:
    {call}
    print("done")
except OSError as error:
    print(os.strerror(error.errno))
"""

pytestmark = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
since = {
    number: pytest.mark.skipif(landlock.version() < number, reason=f"since Landlock {number}") for number in (4, 6)
}


@pytest.fixture
def tree(tmp_path):
    """Three folders, each with a file in it."""
    for name in ("readable", "writable", "neither"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    return tmp_path


@pytest.fixture
def attempt(tree):
    """What becomes of a call in a process that is restricted to the folders of their names; `/` stands for the tree."""

    def attempt(call, ports=(), version=None, readable=("/usr", "/bin", "/lib", "/lib64", sys.base_prefix, sys.prefix)):
        places = {"readable": [*readable, str(tree / "readable")], "writable": [str(tree / "writable"), "/dev/null"]}
        code = RESTRICTED.format(call=call, ports=[*ports], version=version or landlock.version(), **places)
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=ROOT, env={"TREE": str(tree)}, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        return done.stdout.strip() or done.stderr

    return attempt


@pytest.mark.parametrize("version", range(1, landlock.version() + 1))
@pytest.mark.parametrize(("name", "outcome"), [("readable", DONE), ("writable", DONE), ("neither", DENIED)])
def test_reading_is_left_where_it_is_granted_by_every_version(name, outcome, version, attempt, tree):
    assert attempt(f"open({str(tree / name / 'file')!r}).read()", version=version) == outcome


@pytest.mark.parametrize(
    "call",
    [
        "open({!r} + '/file', 'a')",
        "open({!r} + '/new', 'x')",
        "os.mkdir({!r} + '/new')",
        "os.unlink({!r} + '/file')",
        "os.symlink('file', {!r} + '/new')",
        "os.mkfifo({!r} + '/new')",
        "os.rename({!r} + '/file', os.environ['TREE'] + '/writable/new')",
        "os.link({!r} + '/file', os.environ['TREE'] + '/writable/new')",
    ],
)
@pytest.mark.parametrize(("name", "refused"), [("readable", True), ("neither", True), ("writable", False)])
def test_changing_is_left_where_writing_is_granted_only(name, refused, call, attempt, tree):
    outcome = attempt(call.format(str(tree / name)))
    assert (outcome in (DENIED, "Invalid cross-device link")) if refused else outcome == DONE


@pytest.mark.parametrize(("name", "outcome"), [("readable", DONE), ("neither", DENIED)])
def test_listing_is_left_where_reading_is_granted(name, outcome, attempt, tree):
    assert attempt(f"os.listdir({str(tree / name)!r})") == outcome


def test_a_program_outside_cannot_be_run(attempt, tree):
    program = tree / "neither" / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert attempt(f"subprocess.run([{str(program)!r}])") == DENIED


def test_a_link_leads_nowhere_that_is_not_granted(attempt, tree):
    (tree / "writable" / "out").symlink_to(tree / "neither" / "file")
    assert attempt(f"open({str(tree / 'writable' / 'out')!r})") == DENIED


def test_a_file_can_be_granted_by_itself(attempt):
    assert attempt("open('/dev/null', 'w').write('x')") == DONE


def test_a_place_that_is_not_there_is_passed_over(attempt, tree):
    granted = ["/no/such/place", sys.prefix, sys.base_prefix]
    assert attempt(f"open({str(tree / 'readable' / 'file')!r})", readable=granted) == DONE


def test_what_it_starts_is_restricted_as_well(attempt, tree):
    command = ["cat", str(tree / "neither" / "file")]
    said = attempt(f"sys.exit(subprocess.run({command}, capture_output=True, text=True).stderr)")
    assert said.strip().endswith(DENIED)


@since[4]
@pytest.mark.parametrize(("granted", "outcome"), [(True, DONE), (False, DENIED)])
def test_connections_are_left_to_the_ports_that_are_granted(granted, outcome, attempt):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        host, port = server.getsockname()
        assert attempt(f"socket.create_connection(({host!r}, {port}))", ports=[port] * granted) == outcome


def test_it_can_listen_where_it_will(attempt):
    assert attempt("socket.create_server(('127.0.0.1', 0))") == DONE


@since[6]
def test_no_signal_reaches_a_process_outside(attempt):
    assert attempt("os.kill(os.getppid(), 0)") == NOT_PERMITTED


def test_a_signal_reaches_what_it_has_started_itself(attempt):
    call = "child = os.fork() or signal.pause(); os.kill(child, signal.SIGKILL); os.waitpid(child, 0)"
    assert attempt(call) == DONE


@since[6]
def test_no_abstract_socket_outside_is_reached(attempt, tree):
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(f"\0{tree.name}")
        server.listen()
        assert attempt(f"socket.socket(socket.AF_UNIX).connect(chr(0) + {tree.name!r})") == NOT_PERMITTED


def test_on_other_systems_there_is_no_version(monkeypatch):
    monkeypatch.setattr(landlock, "_libc", None)
    assert landlock.version() == 0
