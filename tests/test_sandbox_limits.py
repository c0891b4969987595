"""Limits are said in mebibytes and seconds, and applied in what the system counts in."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from grader.sandbox.limits import MIB, Limits

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits are set from outside on Linux only")
SAYS = "import resource; print(*resource.getrlimit(resource.RLIMIT_{name}))"
GENEROUS = 20  # seconds until a test gives up


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("DATA", (3 * MIB, 3 * MIB)),
        ("FSIZE", (5 * MIB, 5 * MIB)),
        ("NOFILE", (7, 7)),
        ("CPU", (11, 12)),
        ("CORE", (1, 1)),
    ],
)
def test_a_process_is_bounded_in(name, bounds):
    limits = Limits(data_mib=3, file_mib=5, open_files=7, cpu_seconds=11)
    assert limits.of_a_process()[name] == bounds


@on_linux
def test_every_bound_has_the_name_of_a_resource():
    import resource

    assert [name for name in Limits().of_a_process() if not hasattr(resource, f"RLIMIT_{name}")] == []


def test_the_words_are_those_of_prlimit():
    words = Limits(data_mib=1, file_mib=1, open_files=9, cpu_seconds=9, processes=20).as_words()
    bounds = ["--data=1048576:1048576", "--fsize=1048576:1048576", "--nofile=9:9", "--cpu=9:10", "--core=1:1"]
    assert words == ["prlimit", *bounds, "--nproc=20:20", "--memlock=0:0", "--msgqueue=0:0", "--"]


@pytest.mark.skipif(not shutil.which("prlimit"), reason="this machine has no prlimit")
@pytest.mark.parametrize(
    ("name", "bounds"), [("NOFILE", "33 33\n"), ("NPROC", "44 44\n"), ("CPU", "55 56\n"), ("MEMLOCK", "0 0\n")]
)
def test_prlimit_understands_them(name, bounds):
    words = Limits(open_files=33, processes=44, cpu_seconds=55).as_words()
    command = [*words, sys.executable, "-I", "-S", "-c", SAYS.format(name=name)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == bounds


@on_linux
def test_a_running_process_is_bounded():
    source = f"input(); {SAYS.format(name='NOFILE')}"
    with subprocess.Popen(
        [sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        Limits(open_files=33).apply(process.pid)
        assert process.communicate("\n", GENEROUS)[0] == "33 33\n"


@on_linux
def test_the_hard_bound_on_time_comes_after_the_signal_that_says_why():
    command = [sys.executable, "-c", "input()\nwhile True: pass"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        Limits(cpu_seconds=1).apply(process.pid)
        process.communicate(b"\n", GENEROUS)
    assert process.returncode == -signal.SIGXCPU


@on_linux
def test_a_process_that_has_gone_is_no_fault():
    gone = subprocess.Popen([sys.executable, "-I", "-S", "-c", "pass"])
    gone.wait()
    Limits().apply(gone.pid)


def test_on_other_systems_nothing_is_applied(monkeypatch):
    monkeypatch.setattr(sys, "platform", "another system")
    Limits(open_files=1).apply(os.getpid())
    assert os.dup(0) > 0
