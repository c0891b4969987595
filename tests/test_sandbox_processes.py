"""Children are found by their parent, in both ways of asking for them."""

import os
import subprocess
import sys

import pytest

from grader.sandbox.processes import below, children

HAS_A_CHILD = """
import os, signal
reader, writer = os.pipe()
child = os.fork()
if not child:
    os.close(writer)
    os.read(reader, 1)  # until the parent ends
    os._exit(0)
print(child, flush=True)
input()
"""
FORKS_IN_A_THREAD = """
import os, threading
def fork():
    child = os.fork()
    if not child:
        os.read(reader, 1)
        os._exit(0)
    print(child, flush=True)
    done.wait()
reader, writer = os.pipe()
done = threading.Event()
threading.Thread(target=fork).start()
input()
os.write(writer, b'.')
done.set()
"""


@pytest.fixture(params=[sys.platform, "another system"], autouse=True)
def system(request, monkeypatch):
    """Every test is done with what this system offers, and with what is there on systems without it."""
    monkeypatch.setattr(sys, "platform", request.param)


@pytest.fixture
def start():
    """Starts Python code that prints the number of its child: both numbers. It ends when the test does."""
    started = []

    def start(source):
        command = [sys.executable, "-I", "-S", "-c", source]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return started[-1].pid, int(started[-1].stdout.readline())

    yield start
    for process in started:
        process.communicate(b"\n")


def test_a_child_is_found(start):
    parent, child = start(HAS_A_CHILD)
    assert children(parent) == [child]


def test_a_child_that_a_thread_has_started_is_found(start):
    parent, child = start(FORKS_IN_A_THREAD)
    assert children(parent) == [child]


def test_a_grandchild_is_no_child(start):
    parent, grandchild = start(HAS_A_CHILD)
    assert parent in children(os.getpid())
    assert grandchild not in children(os.getpid())


def test_what_is_below_is_everything_below(start):
    parent, grandchild = start(HAS_A_CHILD)
    assert {parent, grandchild} <= set(below(os.getpid()))


def test_a_process_is_not_below_itself(start):
    parent, child = start(HAS_A_CHILD)
    assert below(parent) == [child]


def test_a_process_without_children_has_none(start):
    _, child = start(HAS_A_CHILD)
    assert (children(child), below(child)) == ([], [])


def test_a_process_that_has_gone_has_no_children():
    gone = subprocess.Popen([sys.executable, "-I", "-S", "-c", "pass"])
    gone.wait()
    assert (children(gone.pid), below(gone.pid)) == ([], [])
