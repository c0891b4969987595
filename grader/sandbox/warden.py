"""The first process of a cell: it makes sockets of the cell's network, watches what its programs use, and ends with it.

Started as `python -I -S warden.py CONTROL MEMORY_MIB WALL_SECONDS` in new network, mount and process namespaces.
CONTROL is the number of a descriptor: a SOCK_SEQPACKET socket to the grader, on which a message is a request and is
answered by one. When the grader closes it, or dies, this process ends; and the kernel ends, with the first process of a
namespace, every other (pid_namespaces(7)).
"""

import fcntl
import os
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress

LOOK = 0.1  # seconds between two looks at what the programs use: what allocates 1 GB a second overshoots by a tenth
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, linux/if.h
LOW_PORTS = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024 * 1024


def main() -> None:
    """Serves the grader until it goes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    memory_mib, wall_seconds = int(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans become children of the first process; nobody asks for them
    loopback_up()
    with suppress(OSError), open(LOW_PORTS, "w") as file:
        file.write("0")  # in this network ports below 1024 are nobody's
    control.send(b"ready")
    stops: list[str] = []
    next_look = time.monotonic() + LOOK
    while True:
        if select.select([control], [], [], max(0.0, next_look - time.monotonic()))[0]:
            request = control.recv(100)
            if not request:
                return
            answer(control, request.decode(), stops)
        if time.monotonic() >= next_look:
            watch(memory_mib * MIB, wall_seconds, stops)
            next_look = time.monotonic() + LOOK


def loopback_up() -> None:
    """Sets the loopback interface up: 127.0.0.0/8 and ::1 exist from now on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
        (up,) = struct.unpack_from("H", flags, 16)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", up | IFF_UP))


def answer(control: socket.socket, request: str, stops: list[str]) -> None:
    """`socket FAMILY KIND PROTOCOL` is answered with a socket or an error number, `stops` with what was stopped why."""
    if request == "stops":
        control.send("\n".join(stops)[-1000:].encode())
        stops.clear()
        return
    try:
        with socket.socket(*map(int, request.split()[1:])) as made:
            socket.send_fds(control, [b"0"], [made.fileno()])
    except OSError as error:
        control.send(str(error.errno).encode())


def watch(memory: int, wall_seconds: int, stops: list[str]) -> None:
    """Ends every program, if together they use too much memory; and each that has run for too long."""
    firsts, used = {}, 0
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError, ValueError):
            numbers = numbers_of(pid)
            if len(numbers) > 1:  # it is in a namespace below this one: part of a program, not what starts it
                used += int(read(pid, "statm").split()[1]) * PAGE
            if len(numbers) > 1 and numbers[-1] == "1":
                firsts[int(pid)] = seconds_old(pid)
    if used > memory and sum(own_memory(pid) for pid in os.listdir("/proc") if pid.isdecimal()) > memory:
        stops.append(f"its programs used more than {memory // MIB:,} MiB of memory")
        old = list(firsts)
    else:
        old = [pid for pid, age in firsts.items() if age > wall_seconds]
        stops += [f"it ran for more than {wall_seconds:,} seconds"] * bool(old)
    for pid in old:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)  # the first process of a program's namespace: the others end with it


def numbers_of(pid: str) -> list[str]:
    """The numbers of a process, here and in the namespaces below; the first process of a namespace is its 1."""
    return next(line for line in read(pid, "status").splitlines() if line.startswith("NSpid:")).split()[1:]


def seconds_old(pid: str) -> float:
    """How long ago a process was started."""
    ticks = int(read(pid, "stat").rpartition(")")[2].split()[19])  # starttime is the 22nd field, proc_pid_stat(5)
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / TICKS


def own_memory(pid: str) -> int:
    """The memory of a process in bytes, what it shares counted in proportion; forks share most of theirs."""
    try:
        if len(numbers_of(pid)) < 2:
            return 0
        line = next(line for line in read(pid, "smaps_rollup").splitlines() if line.startswith("Pss:"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return 0


def read(pid: str, name: str) -> str:
    """A file of /proc/PID."""
    with open(f"/proc/{pid}/{name}") as file:
        return file.read()


if __name__ == "__main__":
    main()
