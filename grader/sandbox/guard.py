"""The keeper of a program where there are no namespaces: it starts it with few rights, watches it, and ends all of it.

Started as `python -I -S -c START ORDER COMMAND...`, where ORDER is an Order as JSON. Being a subreaper, it becomes the
parent of every process that leaves its own (prctl(2), PR_SET_CHILD_SUBREAPER): nothing that the program has started can
get away. It ends everything when the program has ended, when it gets SIGTERM, and when the grader dies.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, NoReturn

from grader.sandbox import landlock, seccomp
from grader.sandbox.limits import in_folder
from grader.sandbox.processes import below
from grader.sandbox.warden import MIB, uses_more_than
from grader.sandbox.warden import status as status_of

START = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from grader.sandbox.guard import main
main()
"""
LOOK = 0.1  # seconds between two looks at the memory that is used
# What a program hears as if a person had started it, whatever started the grader, and whatever Python has done since.
HEARD = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGCHLD", "SIGPIPE", "SIGXFSZ")
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 22, 36, 38  # linux/prctl.h
SECCOMP_MODE_FILTER = 2
KILLED = 128 + signal.SIGKILL


class Order(NamedTuple):
    """What the guard is to do.

    folder     where the program starts
    user       the number of the user that it becomes, or None
    bounds     limits.Limits.of_a_process
    readable   and writable: the folders and files that Landlock leaves to it
    ports      to which it may connect
    report     descriptor on which the end is reported
    lifeline   descriptor that ends when the grader does
    """

    folder: str
    user: int | None
    bounds: dict[str, tuple[int, int]]
    readable: list[str]
    writable: list[str]
    ports: list[int]
    memory_mib: int
    processes: int
    wall_seconds: int
    report: int
    lifeline: int


def main() -> NoReturn:
    """Runs the program and ends as it does; a signal is said as a shell would say it."""
    order = Order(**json.loads(sys.argv[1]))
    for ours in (order.report, order.lifeline):
        os.set_inheritable(ours, False)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    _prctl(PR_SET_DUMPABLE, 0)  # so that a program of the same user cannot look into this process
    hindrance, hindered = os.pipe()  # closed by exec; what stands in it has kept the program from being started
    grader = os.getppid()
    program = os.fork()
    if program == 0:
        _become(order, sys.argv[2:], hindered, grader)
    os.close(hindered)
    status, why = _watch(program, order, woken)
    _end_all()
    if reason := os.read(hindrance, 1000):
        sys.exit(reason.decode(errors="replace"))
    os.write(order.report, json.dumps({"exit-code": status, "why": why}).encode())
    sys.exit(status)


def _watch(program: int, order: Order, woken: int) -> tuple[int, str]:
    """Waits until the program ends, or is to end: its status, and why it was stopped, if it was."""
    deadline = time.monotonic() + order.wall_seconds
    poller = select.poll()
    for descriptor in (woken, order.lifeline):
        poller.register(descriptor, select.POLLIN | select.POLLHUP)
    while True:
        events = dict(poller.poll(LOOK * 1000))
        if order.lifeline in events or (woken in events and signal.SIGTERM in os.read(woken, 100)):
            return KILLED, ""
        status = _reaped(program)
        if status is not None:
            return status, ""
        pids = below(os.getpid())
        if uses_more_than(order.memory_mib * MIB, {pid: seen for pid in pids if (seen := status_of(pid))}):
            return KILLED, f"its programs used more than {order.memory_mib:,} MiB of memory"
        if len(pids) > order.processes:
            return KILLED, f"it had more than {order.processes:,} processes"
        if time.monotonic() > deadline:
            return KILLED, f"it ran for more than {order.wall_seconds:,} seconds"


def _reaped(program: int | None = None) -> int | None:
    """Takes the children that have ended; the status of the program, if it is among them."""
    status = None
    with suppress(ChildProcessError):
        while (end := os.waitpid(-1, os.WNOHANG))[0]:
            if end[0] == program:
                code = os.waitstatus_to_exitcode(end[1])
                status = code if code >= 0 else 128 - code
    return status


def _end_all() -> None:
    """Ends every process below this one; returns when there is none."""
    while left := below(os.getpid()):
        for number in (signal.SIGSTOP, signal.SIGKILL):  # what is stopped starts nothing new meanwhile
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        _reaped()


def _become(order: Order, command: list[str], hindered: int, grader: int) -> NoReturn:
    """In the child: gives up every right that the program does not need, and becomes the program."""
    guard = os.getppid()
    try:
        os.setsid()
        if os.isatty(0):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # /dev/tty is this terminal from now on
        signal.set_wakeup_fd(-1)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for number in HEARD:
            signal.signal(getattr(signal, number), signal.SIG_DFL)
        for name, bounds in order.bounds.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), tuple(bounds))
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
        if landlock.version():
            landlock.restrict(order.readable, order.writable, order.ports)
        if order.user is not None:
            os.setgroups([])
            os.setresgid(order.user, order.user, order.user)
            os.setresuid(order.user, order.user, order.user)
        # Older versions of Landlock do not keep a program from ending others of its user.
        _filter_calls(protected=(guard, grader) if order.user is None else ())
        os.execvp("sh", in_folder(order.folder, command))
    except BaseException as error:  # whatever it is, the guard has to hear of it, and this process must not go on
        os.write(hindered, f"{type(error).__name__}: {error}".encode())
    os._exit(1)


def _filter_calls(protected: tuple[int, ...]) -> None:
    """Loads the filter of system calls: struct sock_fprog, linux/filter.h."""
    if not (steps := seccomp.program(protected=protected)):
        return

    class Filter(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))

    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Filter(len(steps) // 8, steps)))


def _prctl(option: int, *arguments: object) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, *arguments, *[0] * (4 - len(arguments))) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
