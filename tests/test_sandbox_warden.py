"""The parts of the warden that can be looked at alone: what it answers, and what it knows of a process."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import warden
from grader.sandbox.processes import children

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="wardens are for Linux")
GENEROUS = 20  # seconds until a test gives up
MIB = 1024 * 1024
PROGRAM = """
import sys
{first}
print("ready", flush=True)
sys.stdin.read()
"""
SHARES_50_MIB = f"""
import os, signal
block = b'x' * {50 * MIB}
for _ in range(3):
    if not os.fork():
        signal.alarm(60)
        sys.stdin.read()
        os._exit(0)
"""
HARD_NAME = "open('/proc/self/comm', 'w').write('a) b (c) 1 2')"


@pytest.fixture
def line():
    """The two ends of a control line: the grader's and the warden's."""
    grader, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with grader, ours:
        grader.settimeout(GENEROUS)
        yield grader, ours


@pytest.fixture
def start():
    """Starts a program that begins with this line: its number. It ends with the test."""
    started = []

    def start(first=""):
        command = [sys.executable, "-I", "-S", "-c", PROGRAM.format(first=first)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        started[-1].stdout.readline()
        return started[-1].pid

    yield start
    for process in started:
        process.communicate()


@pytest.mark.parametrize(
    ("family", "kind"),
    [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET6, socket.SOCK_STREAM)],
)
def test_a_request_for_a_socket_is_answered_with_one(family, kind, line):
    grader, ours = line
    warden.answer(ours, f"socket {int(family)} {int(kind)} 0", [])
    answer, (descriptor,), _, _ = socket.recv_fds(grader, 100, 1)
    with socket.socket(fileno=descriptor) as made:
        assert (answer, made.family, made.type) == (b"0", family, kind)


def test_a_socket_that_cannot_be_made_is_answered_with_the_error(line):
    grader, ours = line
    warden.answer(ours, "socket 2 1 17", [])  # TCP of the protocol UDP
    assert grader.recv(100) == b"93"


def test_the_warden_keeps_no_socket_that_it_has_made(line):
    grader, ours = line
    before = sorted(Path("/proc/self/fd").iterdir())
    warden.answer(ours, "socket 2 1 0", [])
    _, descriptors, _, _ = socket.recv_fds(grader, 100, 1)
    os.close(*descriptors)
    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_what_was_stopped_is_told_once(line):
    grader, ours = line
    stops = ["it ran too long", "its programs used too much"]
    warden.answer(ours, "stops", stops)
    assert (grader.recv(1000), stops) == (b"it ran too long\nits programs used too much", [])


def test_of_many_stops_the_last_are_told(line):
    grader, ours = line
    warden.answer(ours, "stops", ["x" * 100] * 20 + ["the last"])
    assert grader.recv(2000).endswith(b"x\nthe last")


def test_the_last_number_of_a_process_is_its_own_in_its_namespace(start):
    assert warden.status(start("import os; assert os.getpid() > 1"))["NSpid"][-1] != "1"


@pytest.mark.parametrize(
    "name", [r"\x0cNSpid:\t7", r"\xff\xfe", r"a\nVmRSS: 1"], ids=["form feed", "no text", "line end"]
)
def test_no_name_forges_a_field_or_hides_one(name, start):
    plain = warden.status(pid := start(f"import ctypes; ctypes.CDLL(None).prctl(15, b'{name}')"))
    assert plain["NSpid"][-1] == str(pid)
    assert int(plain["VmRSS"][0]) > 100


def test_shared_memory_that_was_let_go_of_still_counts(start):
    shares = f"import mmap; block = mmap.mmap(-1, {100 * MIB}); block.write(b'x'); block.madvise(mmap.MADV_DONTNEED)"
    pids = {pid: warden.status(pid) for pid in (start(shares), start())}
    assert warden.shared_and_let_go(pids) == 100 * MIB
    assert warden.uses_more_than(90 * MIB, pids)
    assert not warden.uses_more_than(400 * MIB, pids)


@pytest.mark.parametrize("first", ["", HARD_NAME], ids=["python", "a name with brackets"])
def test_the_age_of_a_process_is_known_whatever_its_name_is(first, start):
    assert -1 < warden.seconds_old(start(first)) < GENEROUS


def test_the_memory_of_a_process_is_what_it_has_touched(start):
    small, large = (warden.resident(warden.status(start(f"block = b'x' * {size}"))) for size in (1, 50 * MIB))
    assert 49 * MIB < large - small < 60 * MIB


def test_what_a_process_has_for_itself_counts_in_full(start):
    pid = start(f"block = b'x' * {50 * MIB}")
    fields = warden.status(pid)
    assert 49 * MIB < warden.in_proportion(pid, fields) <= warden.resident(fields)


def test_what_forks_share_counts_once(start):
    pid = start(SHARES_50_MIB)
    pids = {other: warden.status(other) for other in (pid, *children(pid))}
    assert warden.uses_more_than(40 * MIB, pids)
    assert not warden.uses_more_than(100 * MIB, pids)


def test_a_process_that_does_not_let_itself_be_looked_at_counts_in_full(start, monkeypatch):
    def read(pid, name):
        if name == "smaps_rollup":
            raise PermissionError
        return original(pid, name)

    pid, original = start(), warden.read
    monkeypatch.setattr(warden, "read", read)
    fields = warden.status(pid)
    assert warden.in_proportion(pid, fields) == warden.resident(fields) > 0


@pytest.mark.parametrize(("ask", "nothing"), [(warden.status, {}), (warden.seconds_old, 0)], ids=["fields", "age"])
def test_of_a_process_that_has_gone_nothing_is_known(ask, nothing):
    gone = subprocess.Popen([sys.executable, "-I", "-S", "-c", "pass"])
    gone.wait()
    assert ask(gone.pid) == nothing


@pytest.fixture
def watched(start, monkeypatch):
    """A program, said to be the first process of a namespace; for the warden it is the only one."""
    pid = start(f"block = b'x' * {50 * MIB}")
    status = warden.status

    def in_a_namespace(other):
        numbers = [str(other), "1"] if int(other) == pid else [str(other)]
        return {**status(other), "NSpid": numbers}

    monkeypatch.setattr(warden, "status", in_a_namespace)
    monkeypatch.setattr(warden, "MAX_SOCKETS", 1_000_000)
    return pid


@pytest.mark.parametrize(
    ("memory", "wall_seconds", "why"),
    [
        (40 * MIB, 60, ["its programs used more than 40 MiB of memory"]),
        (1000 * MIB, -1, ["it ran for more than -1 seconds"]),
    ],
)
def test_what_goes_too_far_is_ended_and_it_is_noted_why(memory, wall_seconds, why, watched):
    stops = []
    warden.watch(memory, wall_seconds, stops, set())
    assert os.waitid(os.P_PID, watched, os.WEXITED | os.WNOWAIT).si_status == signal.SIGKILL
    assert stops == why


def test_what_keeps_within_its_bounds_runs_on(watched):
    stops = []
    warden.watch(1000 * MIB, 60, stops, set())
    assert os.waitid(os.P_PID, watched, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None
    assert stops == []


def test_too_many_sockets_are_an_end_as_well(watched, monkeypatch):
    stops = []
    monkeypatch.setattr(warden, "MAX_SOCKETS", 0)
    with socket.socket():
        warden.watch(1000 * MIB, 60, stops, set())
    assert os.waitid(os.P_PID, watched, os.WEXITED | os.WNOWAIT).si_status == signal.SIGKILL
    assert stops == ["its programs had more than 0 sockets"]


def test_a_program_goes_first_where_the_machine_has_no_memory_left(watched):
    warden.watch(1000 * MIB, 60, [], set())
    assert Path(f"/proc/{watched}/oom_score_adj").read_text() == "1000\n"
