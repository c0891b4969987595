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
SIOCSIFADDR, SIOCSIFNETMASK = 0x8916, 0x891C
ELSEWHERE = "192.0.2.1"  # for documentation, RFC 5737: an address that is none of loopback's, and leads nowhere else
SETTINGS = {  # of this network, below /proc/sys/net: ports below 1024 are nobody's, and buffers are Linux's own default
    "ipv4/ip_unprivileged_port_start": "0",
    "ipv4/tcp_rmem": "4096 131072 6291456",
    "ipv4/tcp_wmem": "4096 16384 4194304",
}
SMALL = 64 * 1024 * 1024  # of shared memory: what a right program maps without using it
MAX_SOCKETS = 2_000  # of all programs and the grader; what they buffer is memory that no process is blamed for
TICKS = os.sysconf("SC_CLK_TCK")
FIRST_TO_GO = "1000"  # where the whole machine's memory runs out: proc_pid_oom_score_adj(5)
MIB = 1024 * 1024


def main() -> None:
    """Serves the grader until it goes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    memory_mib, wall_seconds = int(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans become children of the first process; nobody asks for them
    loopback_up()
    for name, value in SETTINGS.items():
        with suppress(OSError), open(f"/proc/sys/net/{name}", "w") as file:
            file.write(value)
    control.send(b"ready")
    stops: list[str] = []
    known: set[int] = set()
    poller = select.poll()  # where select() knows no descriptor above 1023, and the grader may have as many sockets
    poller.register(control, select.POLLIN)
    next_look = time.monotonic() + LOOK
    while True:
        if poller.poll(max(0.0, next_look - time.monotonic()) * 1000):
            request = control.recv(100)
            if not request:
                return
            answer(control, request.decode(), stops)
        if time.monotonic() >= next_look:
            watch(memory_mib * MIB, wall_seconds, stops, known)
            next_look = time.monotonic() + LOOK


def loopback_up() -> None:
    """Sets the loopback interface up: 127.0.0.0/8, ::1 and ELSEWHERE exist from now on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))
        (up,) = struct.unpack_from("H", flags, 16)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", up | IFF_UP))
        for request, address in ((SIOCSIFADDR, ELSEWHERE), (SIOCSIFNETMASK, "255.255.255.255")):
            internet = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(any_socket, request, struct.pack("16s16s", b"lo:1", internet))


def answer(control: socket.socket, request: str, stops: list[str]) -> None:
    """Answers a request.

    socket FAMILY KIND PROTOCOL   a socket, or the number of an error
    gone PID                      1 if there is no such process, else 0
    stops                         what was stopped, and why
    """
    if request.startswith("gone "):
        control.send(b"0" if os.path.exists(f"/proc/{request.split()[1]}") else b"1")
        return
    if request == "stops":
        control.send("\n".join(stops)[-1000:].encode())
        stops.clear()
        return
    try:
        with socket.socket(*map(int, request.split()[1:])) as made:
            socket.send_fds(control, [b"0"], [made.fileno()])
    except OSError as error:
        control.send(str(error.errno).encode())


def watch(memory: int, wall_seconds: int, stops: list[str], known: set[int]) -> None:
    """Ends every program, if together they use too much memory; and each that has run for too long.

    known   the processes that have been seen before
    """
    seen = {int(name): status(name) for name in os.listdir("/proc") if name.isdecimal()}
    # What starts a program has one number; the program and all that it starts have two, in its own namespace and here.
    inside = {pid: fields for pid, fields in seen.items() if len(fields.get("NSpid", ())) > 1}
    firsts = [pid for pid, fields in inside.items() if fields["NSpid"][-1] == "1"]
    for pid in inside.keys() - known:
        with suppress(OSError), open(f"/proc/{pid}/oom_score_adj", "w") as file:
            file.write(FIRST_TO_GO)
    known.clear()
    known.update(inside)
    if uses_more_than(memory, inside):
        stops.append(f"its programs used more than {memory // MIB:,} MiB of memory")
    elif int(read("self/net", "sockstat").split()[2]) > MAX_SOCKETS:  # `sockets: used N`
        stops.append(f"its programs had more than {MAX_SOCKETS:,} sockets")
    else:
        firsts = [pid for pid in firsts if seconds_old(pid) > wall_seconds]
        stops += [f"it ran for more than {wall_seconds:,} seconds"] * bool(firsts)
    for pid in firsts:
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)  # the first process of a program's namespace: the others end with it


def status(pid: int | str) -> dict[str, list[str]]:
    """The fields of /proc/PID/status; none if it has gone. Its name stands there as it likes, but in one line."""
    with suppress(OSError):
        lines = [line.partition(":") for line in read(pid, "status").split("\n")]
        return {name: value.split() for name, _, value in lines}
    return {}


def seconds_old(pid: int) -> float:
    """How long ago a process was started; 0 if it has gone."""
    with suppress(OSError):
        ticks = int(read(pid, "stat").rpartition(")")[2].split()[19])  # starttime is the 22nd field, proc_pid_stat(5)
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / TICKS
    return 0.0


def uses_more_than(memory: int, processes: dict[int, dict[str, list[str]]]) -> bool:
    """Whether these processes, by number and `status`, have more bytes; what they share counts once if that decides."""
    hidden = shared_and_let_go(processes)
    if sum(map(resident, processes.values())) + hidden <= memory:
        return False
    return sum(in_proportion(pid, fields) for pid, fields in processes.items()) + hidden > memory


def resident(fields: dict[str, list[str]]) -> int:
    """The memory of a process in bytes, with what the kernel needs to keep it."""
    return kilobytes(fields, "VmRSS") + kilobytes(fields, "VmPTE")


def in_proportion(pid: int, fields: dict[str, list[str]]) -> int:
    """The same, where what it shares with others counts in proportion: forks share most of theirs."""
    try:
        line = next(line for line in read(pid, "smaps_rollup").splitlines() if line.startswith("Pss:"))
    except (OSError, StopIteration):  # it does not let itself be looked at, see PR_SET_DUMPABLE in prctl(2)
        return resident(fields)
    return int(line.split()[1]) * 1024 + kilobytes(fields, "VmPTE")


def shared_and_let_go(processes: dict[int, dict[str, list[str]]]) -> int:
    """Bytes of anonymous shared memory that may be in use though no process has it resident: MADV_DONTNEED."""
    found = {}
    for pid in (pid for pid, fields in processes.items() if kilobytes(fields, "VmSize") > SMALL):
        with suppress(OSError):
            for line in read(pid, "maps").splitlines():
                if line.endswith("/dev/zero (deleted)"):
                    addresses, _, offset, _, number = line.split()[:5]
                    first, last = (int(address, 16) for address in addresses.split("-"))
                    found[number] = max(found.get(number, 0), int(offset, 16) + last - first)
    return sum(size for size in found.values() if size > SMALL)


def kilobytes(fields: dict[str, list[str]], name: str) -> int:
    """A field in bytes; 0 where a process that is just ending has it no more."""
    return int(fields[name][0]) * 1024 if name in fields else 0


def read(pid: int | str, name: str) -> str:
    """A file of /proc/PID."""
    with open(f"/proc/{pid}/{name}", errors="replace", newline="\n") as file:
        return file.read()


if __name__ == "__main__":
    main()
