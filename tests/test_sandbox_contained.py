"""A program and its keeper: whose end it is, and what the keeper says about it. Keepers here are bits of Python."""

import os
import select
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.check import Disturbed
from grader.sandbox.contained import Contained, Keeper, memory_file, pipe

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="keepers are for Linux")
GENEROUS = 20  # seconds until a test gives up
BEGINS = """
import ctypes, os, signal, sys
signal.alarm(60)
def report(text):
    os.write(int(sys.argv[1]), (text + "\\n").encode())
"""
WAITS = "signal.pause()"
ENDS = "report('{{\"exit-code\": {status}}}'); sys.exit({status})"
SAYS_WHY = """report('{"child-pid": 7}'); report('{"exit-code": 137, "why": "it ran too long"}')\n"""
# So many processes, each the child of the one before; the last is the program. Each ends with the next, and takes it.
NESTED = """
for _ in range({depth} + 1):
    if os.fork():
        os.wait()
        os._exit(0)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
print(os.getpid(), flush=True)
signal.pause()
"""


@pytest.fixture
def start():
    """Starts a keeper from its source; `depth` is how far below the process that is started it is said to be."""
    with ExitStack() as resources:

        def start(source, depth=0, fatal=signal.SIGKILL):
            with ExitStack() as descriptors:
                report, theirs = pipe(descriptors)
                program = Contained(
                    [sys.executable, "-I", "-S", "-c", BEGINS + source, str(theirs)],
                    {},
                    make_socket=socket.socket,
                    pass_fds=[theirs],
                    report=report,
                    keeper=Keeper(depth, fatal),
                )
            resources.callback(program.end)
            return program

        yield start


@pytest.fixture
def descriptors():
    """Descriptors that are closed at the end."""
    with ExitStack() as descriptors:
        yield descriptors


def printed_by(program):
    """The words that a program prints, as soon as they are there."""
    while not program.said().output.endswith("\n"):
        assert program.exit_status(0.01) is None
    return program.said().output.split()


@pytest.mark.parametrize(
    ("status", "is_of_the_program"), [(0, 0), (1, 1), (127, 127), (130, -2), (137, -9), (143, -15), (255, 255)]
)
def test_a_signal_is_said_by_the_keeper_as_a_shell_would(status, is_of_the_program, start):
    assert start(ENDS.format(status=status)).exit_status(GENEROUS) == is_of_the_program


def test_a_running_program_has_no_exit_status(start):
    assert start(WAITS).exit_status() is None


def test_the_exit_status_stays_what_it_was(start):
    program = start(ENDS.format(status=3))
    assert [program.exit_status(GENEROUS), program.exit_status()] == [3, 3]


def test_a_program_that_never_began_is_no_fault_of_the_submission(start):
    with pytest.raises(Disturbed) as disturbed:
        start("sys.exit('cannot   mount')").exit_status(GENEROUS)
    assert str(disturbed.value) == "the sandbox could not start it: cannot mount"


def test_a_program_that_was_ended_before_it_began_has_ended(start):
    program = start(WAITS)
    program.kill()
    assert program.exit_status(GENEROUS) == -signal.SIGKILL


def test_the_keeper_says_why_it_has_stopped_a_program(start):
    program = start(SAYS_WHY + "sys.exit(137)")
    program.exit_status(GENEROUS)
    assert program.why() == "it ran too long"


@pytest.mark.parametrize("source", ["", ENDS.format(status=0)], ids=["no report", "a report"])
def test_a_keeper_that_does_not_say_why_has_not_stopped_it(source, start):
    program = start(source)
    program.kill()
    program.exit_status(GENEROUS)
    assert program.why() == ""


def test_nothing_is_said_of_a_program_that_runs(start):
    assert start(SAYS_WHY + WAITS).why() == ""


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_program_is_the_child_of_its_keeper(depth, start):
    program = start(NESTED.format(depth=depth), depth)
    assert printed_by(program) == [str(program.main())]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_end_of_the_keeper_is_the_end_of_the_program(depth, start):
    program = start(NESTED.format(depth=depth), depth)
    handle = os.pidfd_open(int(*printed_by(program)))
    program.end()
    assert select.select([handle], [], [], GENEROUS)[0] == [handle]
    os.close(handle)


def test_there_is_no_program_before_there_is_a_keeper(start):
    program = start(WAITS, depth=1)
    seen = program.main()
    os.kill(program.pid, signal.SIGKILL)
    assert seen is None


def test_the_keeper_gets_the_signal_that_ends_all(start):
    source = f"signal.signal(signal.SIGTERM, lambda *_: sys.exit(5)); print('ready', flush=True); {WAITS}"
    program = start(source, fatal=signal.SIGTERM)
    printed_by(program)
    program.kill()
    assert program.exit_status(GENEROUS) == 5


def test_a_keeper_that_is_not_there_yet_is_waited_for_and_ended(start):
    program = start(f"if os.fork(): os.wait()\nelse: {WAITS}", depth=1)
    program.end()
    assert not program.is_kept()


def test_ending_twice_is_no_fault(start):
    program = start(WAITS)
    program.end()
    program.end()
    assert program.exit_status() == -signal.SIGKILL


def test_ending_closes_every_descriptor(start):
    before = sorted(Path("/proc/self/fd").iterdir())
    start(WAITS).end()
    assert sorted(Path("/proc/self/fd").iterdir()) == before


def test_the_descriptors_of_a_pipe_are_closed_with_the_stack():
    with ExitStack() as descriptors:
        ends = pipe(descriptors)
    for end in ends:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(end)


@pytest.mark.parametrize("data", [b"", b"words\0words\0", bytes(100_000)], ids=["empty", "words", "long"])
def test_a_memory_file_is_read_from_its_beginning(data, descriptors):
    assert os.read(memory_file(data, descriptors), 1 << 20) == data


def test_the_descriptor_of_a_memory_file_is_closed_with_the_stack():
    with ExitStack() as descriptors:
        file = memory_file(b"words", descriptors)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)


@pytest.mark.parametrize("make", [pipe, lambda descriptors: [memory_file(b"", descriptors)]], ids=["pipe", "memory"])
def test_what_is_passed_to_one_program_is_not_passed_to_all(make, descriptors):
    assert [os.get_inheritable(end) for end in make(descriptors)].count(True) == 0
