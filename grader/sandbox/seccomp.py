"""A filter of system calls: what limits and watching do not see is refused to programs under test.

Memory that belongs to no process (SysV, memfd, keys), rings that work past the filter (io_uring), other processes
(ptrace), new namespaces and mounts, address families with bugs of their own, and terminals that somebody else looks at.
A refused call fails with EPERM as if the system had no such right to give: programs go on. seccomp(2), linux/seccomp.h,
linux/bpf_common.h.
"""

from __future__ import annotations

import errno
import platform
import struct
import sys
from collections.abc import Sequence

# Numbers from asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64), for machines of these two kinds.
REFUSED = {
    "x86_64": {
        "shmget": 29, "shmat": 30, "semget": 64, "msgget": 68, "ptrace": 101, "syslog": 103, "personality": 135,
        "pivot_root": 155, "mount": 165, "umount2": 166, "quotactl": 179, "mq_open": 240, "add_key": 248,
        "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298, "fanotify_init": 300,
        "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
        "memfd_create": 319, "bpf": 321, "userfaultfd": 323,
    },
    "aarch64": {
        "shmget": 194, "shmat": 196, "semget": 190, "msgget": 186, "ptrace": 117, "syslog": 116, "personality": 92,
        "pivot_root": 41, "mount": 40, "umount2": 39, "quotactl": 60, "mq_open": 180, "add_key": 217,
        "request_key": 218, "keyctl": 219, "unshare": 97, "perf_event_open": 241, "fanotify_init": 262,
        "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
        "memfd_create": 279, "bpf": 280, "userfaultfd": 282,
    },
}  # fmt: skip
REFUSED_EVERYWHERE = {  # since Linux 5.1 a new call has one number on all machines
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442,
    "quotactl_fd": 443, "memfd_secret": 447,
}  # fmt: skip
CLONE3 = (
    435  # its flags stand in memory, where a filter cannot look: as on old systems it does not exist, and libc copes
)
CLONE = {"x86_64": 56, "aarch64": 220}
# kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_open
SIGNALS = {"x86_64": (62, 200, 234, 129, 297, 434), "aarch64": (129, 130, 131, 138, 240, 434)}
IOCTL = {"x86_64": 16, "aarch64": 29}
# TIOCSTI types, TIOCLINUX pastes, and TIOCSETD gives a terminal another discipline: with that, the grader can neither
# stop its screen nor let it go on, and kernels load drivers of old modems for it. asm-generic/ioctls.h
TERMINAL_REQUESTS = (0x5412, 0x541C, 0x5423)
SETSOCKOPT = {"x86_64": 54, "aarch64": 208}
SOCKET = {"x86_64": 41, "aarch64": 198}
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*, linux/audit.h
NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW*, linux/sched.h
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK on Linux
SOL_SOCKET = 1
BUFFER_SIZES = (7, 8, 32, 33)  # SO_SNDBUF, SO_RCVBUF, and the same by force: asm-generic/socket.h
FIRST_X32 = 0x40000000  # calls of the x32 kind have other numbers for the same things
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ, JGE, JSET, BPF_RET|K
ALLOW, FAIL = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
NUMBER, KIND, FIRST_ARGUMENT, SECOND, THIRD = 0, 4, 16, 24, 32  # offsets in struct seccomp_data


def program(machine: str = platform.machine(), protected: Sequence[int] = ()) -> bytes:
    """The filter as an array of struct sock_filter; empty where there is none for this kind of machine.

    protected   processes of the same user that get no signals: if there are any, nobody can signal all processes either
    """
    if not sys.platform.startswith("linux") or machine not in REFUSED:
        return b""
    steps = [(LOAD, 0, 0, KIND), *_fail_unless(EQUAL, ARCHITECTURE[machine], errno.EPERM)]
    steps += [(LOAD, 0, 0, NUMBER), *_fail_if(AT_LEAST, FIRST_X32, errno.ENOSYS)]
    for number in (REFUSED[machine] | REFUSED_EVERYWHERE).values():
        steps += _fail_if(EQUAL, number, errno.EPERM)
    steps += _fail_if(EQUAL, CLONE3, errno.ENOSYS)
    steps += [(EQUAL, 0, 4, CLONE[machine]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    steps += [*_fail_if(ANY_BIT, NEW_NAMESPACES, errno.EPERM), (RETURN, 0, 0, ALLOW)]
    if protected:
        steps += _no_signals_to([-1, *protected, *(-pid for pid in protected)], SIGNALS[machine])
    steps += [(EQUAL, 0, 6, IOCTL[machine]), (LOAD, 0, 0, SECOND)]
    steps += [(EQUAL, len(TERMINAL_REQUESTS) - place, 0, request) for place, request in enumerate(TERMINAL_REQUESTS)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, FAIL | errno.EPERM)]
    # Larger buffers are granted in words only: full ones of many sockets are memory that no process is blamed for.
    steps += [(EQUAL, 0, 9, SETSOCKOPT[machine]), (LOAD, 0, 0, SECOND), (EQUAL, 0, 5, SOL_SOCKET), (LOAD, 0, 0, THIRD)]
    steps += [(EQUAL, len(BUFFER_SIZES) - place, 0, which) for place, which in enumerate(BUFFER_SIZES)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, FAIL)]
    steps += [(EQUAL, 0, 6, SOCKET[machine]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    steps += [(EQUAL, len(FAMILIES) - place, 0, family) for place, family in enumerate(FAMILIES)]
    steps += [(RETURN, 0, 0, FAIL | errno.EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _no_signals_to(targets: Sequence[int], calls: Sequence[int]) -> list[tuple[int, int, int, int]]:
    refusals = [step for target in targets for step in _fail_if(EQUAL, target & 0xFFFFFFFF, errno.EPERM)]
    body = [(LOAD, 0, 0, FIRST_ARGUMENT), *refusals, (RETURN, 0, 0, ALLOW)]
    return [step for call in calls for step in [(EQUAL, 0, len(body), call), *body]]


def _fail_if(test: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    return [(test, 0, 1, value), (RETURN, 0, 0, FAIL | error)]


def _fail_unless(test: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    return [(test, 1, 0, value), (RETURN, 0, 0, FAIL | error)]
