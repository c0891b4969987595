"""The guard of one program: it reports the end, and its own end is the end of everything below it."""

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.sandbox import guard
from grader.sandbox.limits import Limits

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="guards are for Linux")
GENEROUS = 20  # seconds until a test gives up
READABLE = ["/usr", "/bin", "/lib", "/lib64", "/etc", "/proc", sys.prefix, sys.base_prefix]
WAITS = "import os, signal; signal.alarm(60); print(os.getpid(), flush=True); signal.pause()"
LEAVES_A_DAEMON = """
import os, signal
signal.alarm(60)
reader, writer = os.pipe()
if os.fork():
    os.read(reader, 1)
    {main}
os.setsid()
if os.fork(): os._exit(0)
signal.alarm(60)
print(os.getpid(), flush=True)
os.write(writer, b".")
signal.pause()
"""
HAS_A_DAEMON = LEAVES_A_DAEMON.format(main="signal.pause()")


class Guard:
    """A running guard, and the ends of its pipes that a grader has."""

    def __init__(self, process, report, lifeline):
        self.process = process
        self.lifeline = lifeline
        self._report = report

    def ends(self):
        """Its exit status, and what it reports."""
        status = self.process.wait(GENEROUS)
        text = os.read(self._report, 1 << 16) if select.select([self._report], [], [], 0)[0] else b""
        return status, json.loads(text) if text else None


@pytest.fixture
def start(tmp_path):
    """Starts a guard with a Python program or another command."""
    with ExitStack() as resources:

        def start(*command, folder=tmp_path, **order):
            report, theirs = os.pipe()
            held, lifeline = os.pipe()
            words = command if len(command) > 1 else [sys.executable, "-I", "-c", *command]
            fields = {"memory_mib": 1024, "processes": 500, "wall_seconds": 60, "user": None, "ports": []}
            fields |= {"bounds": Limits().of_a_process(), **order}
            order = guard.Order(
                folder=str(folder),
                readable=READABLE,
                writable=[str(tmp_path), "/dev/null"],
                report=theirs,
                lifeline=held,
                **fields,
            )
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", guard.START, json.dumps(order._asdict()), *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[theirs, held],
                text=True,
            )
            os.close(theirs)
            os.close(held)
            resources.enter_context(process)
            resources.callback(process.terminate)
            resources.callback(os.close, report)
            return Guard(process, report, lifeline)

        yield start


def has_ended(pid_handle):
    """Whether the process of a descriptor ends in time."""
    ended = bool(select.select([pid_handle], [], [], GENEROUS)[0])
    os.close(pid_handle)
    return ended


@pytest.mark.parametrize(
    ("source", "status"), [("pass", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 15)", 143)]
)
def test_the_end_of_the_program_is_said_twice(source, status, start):
    assert start(source).ends() == (status, {"exit-code": status, "why": ""})


def test_a_program_that_cannot_be_started_is_not_reported_as_ended(start):
    running = start("pass", bounds={"NO_SUCH_BOUND": (1, 1)})
    assert running.ends() == (1, None)
    assert "RLIMIT_NO_SUCH_BOUND" in running.process.stderr.read()


def test_a_folder_that_cannot_be_entered_is_the_programs_own_affair(start, tmp_path):
    running = start("pass", folder=tmp_path / "nowhere")
    assert running.ends() == (2, {"exit-code": 2, "why": ""})
    assert "can't cd to" in running.process.stderr.read()


def test_it_is_reported_why_a_program_was_stopped_for_time(start):
    assert start(WAITS, wall_seconds=1).ends() == (137, {"exit-code": 137, "why": "it ran for more than 1 seconds"})


def test_it_is_reported_why_a_program_was_stopped_for_memory(start):
    source = "import signal; block = [b'x' * (1 << 20) for _ in range(100)]; signal.alarm(60); signal.pause()"
    why = "its programs used more than 50 MiB of memory"
    assert start(source, memory_mib=50).ends() == (137, {"exit-code": 137, "why": why})


@pytest.mark.parametrize("source", [WAITS, HAS_A_DAEMON], ids=["the program", "its daemon"])
@pytest.mark.parametrize("how", ["it is told to", "the grader has gone"])
def test_a_guard_ends_everything_when(how, source, start):
    running = start(source)
    handle = os.pidfd_open(int(running.process.stdout.readline()))
    if how == "it is told to":
        running.process.send_signal(signal.SIGTERM)
    else:
        os.close(running.lifeline)
    assert running.ends() == (137, {"exit-code": 137, "why": ""})
    assert has_ended(handle)


def test_a_daemon_does_not_outlive_the_program(start):
    running = start(LEAVES_A_DAEMON.format(main="os._exit(3)"))
    daemon = int(running.process.stdout.readline())
    assert running.ends() == (3, {"exit-code": 3, "why": ""})
    assert not Path(f"/proc/{daemon}").exists()


def test_the_program_is_in_a_session_of_its_own(start):
    running = start("import os; print(os.getsid(0) == os.getpid())")
    running.ends()
    assert running.process.stdout.read() == "True\n"


def test_the_program_hears_every_signal(start):
    running = start("grep", "-E", "Sig(Ign|Blk)", "/proc/self/status")
    running.ends()
    blocked, ignored = (int(line.split()[1], 16) for line in running.process.stdout)
    assert (blocked, ignored & (1 << 31) - 1) == (0, 0)  # the C library has the 32nd for itself


def test_only_root_can_look_into_its_guard(start):
    running = start("import os; print(os.access(f'/proc/{os.getppid()}/environ', os.R_OK))")
    running.ends()
    assert running.process.stdout.read() == f"{os.geteuid() == 0}\n"
