"""The site without walls bounds each program, knows its own, and leaves nothing of them running."""

import socket
import sys
import threading

import psutil
import pytest

from grader.sandbox.bare import Bare
from grader.sandbox.limits import Limits
from grader.sandbox.ports import lease_port

GENEROUS = 10  # seconds until a test gives up
CALL = """
import os, signal, socket
signal.alarm(60)
def call():
    with socket.create_connection(("127.0.0.1", {port})) as line:
        line.recv(1)  # until the test hangs up
"""
WAITS = "call()"
DAEMON = "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\ncall()"
DEAF = "for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\ncall()"
CHILD_WITH_THE_PORT = "server = socket.create_server(('127.0.0.1', 0))\nif os.fork(): os._exit(0)\ncall()"
WITHOUT_MARK = "if os.fork(): os._exit(0)\nos.execve(sys.executable, [sys.executable, '-c', {source!r}], {{}})"
LISTENS = "server = socket.create_server(('127.0.0.1', {port}))\n"


@pytest.fixture
def site(tmp_path):
    """A site in an empty folder."""
    (tmp_path / "site").mkdir()
    site = Bare(tmp_path / "site", Limits())
    yield site
    site.close()


@pytest.fixture
def other(tmp_path):
    """Another one."""
    (tmp_path / "other").mkdir()
    other = Bare(tmp_path / "other", Limits())
    yield other
    other.close()


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


def start(site, source, place=""):
    """Starts Python code at a site."""
    return site.start([site.interpreter, "-c", source], place, {})


def is_dead(line):
    """Whether the caller has ended, though the test has not hung up."""
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False


def test_a_program_runs_in_the_folder_that_is_named(site, tmp_path):
    (tmp_path / "site" / "week5_rooms").mkdir()
    program = start(site, "import os; print(os.getcwd())", "week5_rooms")
    program.exit_status(GENEROUS)
    assert program.said().output == f"{site.home}/week5_rooms\n"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits are set from outside, as only Linux can")
@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("RLIMIT_DATA", (512 * 1024 * 1024, 512 * 1024 * 1024)),
        ("RLIMIT_FSIZE", (2 * 1024 * 1024, 2 * 1024 * 1024)),
        ("RLIMIT_NOFILE", (99, 99)),
        ("RLIMIT_CPU", (7, 8)),
        ("RLIMIT_CORE", (1, 1)),
    ],
)
def test_a_program_is_bounded_in(name, bounds, tmp_path):
    site = Bare(tmp_path, Limits(data_mib=512, file_mib=2, open_files=99, cpu_seconds=7))
    program = start(site, f"import resource as r\nwhile r.getrlimit(r.{name}) != {bounds}: pass")
    status = program.exit_status(GENEROUS)
    site.close()
    assert status == 0


def test_the_words_that_go_before_every_command_do(tmp_path):
    site = Bare(tmp_path, Limits(), before=["echo"])
    program = site.start(["python", "server.py"], "", {})
    program.exit_status(GENEROUS)
    assert program.said().output == "python server.py\n"
    site.close()


@pytest.mark.parametrize(
    "program",
    [WAITS, DAEMON, DEAF, CHILD_WITH_THE_PORT],
    ids=["waits", "daemon", "ignores_signals", "child_with_the_port"],
)
def test_no_process_outlives_its_site(program, site, calls):
    start(site, calls.source + program)
    line = calls.take()
    site.close()
    assert is_dead(line)


def test_a_child_that_has_lost_the_mark_is_known_by_its_session(site, calls):
    start(site, "import os, sys\n" + WITHOUT_MARK.format(source=calls.source + WAITS))
    line = calls.take()
    site.close()
    assert is_dead(line)


def test_the_programs_of_another_site_run_on(site, other, calls):
    program = start(other, calls.source + WAITS)
    calls.take()
    start(site, "pass")
    site.close()
    assert program.exit_status() is None


def test_halt_from_another_thread_ends_every_program(site, calls):
    programs = [start(site, calls.source + WAITS) for _ in range(2)]
    calls.take(), calls.take()
    threading.Thread(target=site.halt).start()
    assert [program.exit_status(GENEROUS) for program in programs] == [-9, -9]


def test_closing_twice_is_no_fault(site):
    start(site, "pass")
    site.close()
    site.close()


def test_nobody_watches_here(site):
    assert site.remarks() == []


def test_a_listener_of_the_site_is_no_intruder(site, calls):
    with lease_port() as lease:
        start(site, calls.source + LISTENS.format(port=lease.number) + WAITS)
        calls.take()
        assert not site.intruder_on(lease.number)


def test_a_listener_of_a_daemon_of_the_site_is_no_intruder(site, calls):
    with lease_port() as lease:
        start(site, calls.source + LISTENS.format(port=lease.number) + DAEMON)
        calls.take()
        assert not site.intruder_on(lease.number)


def test_a_listener_of_the_grader_is_no_intruder(site):
    with lease_port() as lease, socket.create_server(("127.0.0.1", lease.number)):
        assert not site.intruder_on(lease.number)


def test_a_listener_of_another_site_is_an_intruder(site, other, calls):
    with lease_port() as lease:
        start(other, calls.source + LISTENS.format(port=lease.number) + WAITS)
        calls.take()
        assert site.intruder_on(lease.number)


def test_a_listener_that_ends_while_one_looks_is_no_intruder(site, calls, monkeypatch):
    with lease_port() as lease:
        program = start(site, calls.source + LISTENS.format(port=lease.number) + WAITS)
        calls.take()
        seen = psutil.net_connections("tcp")

        def slow(kind):
            program.kill()
            program.exit_status(GENEROUS)
            return seen

        monkeypatch.setattr(psutil, "net_connections", slow)
        assert not site.intruder_on(lease.number)
