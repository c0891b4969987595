"""Runs a command as root is in a container: it can make no namespaces and mount nothing, which is Docker's default.

python tests/without_namespaces.py COMMAND ...
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from grader.sandbox import seccomp

REFUSED = ("unshare", "setns", "mount", "umount2", "pivot_root")
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2  # linux/prctl.h, linux/seccomp.h


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def filter_of(machine: str) -> list[tuple[int, int, int, int]]:
    """The steps of the filter."""
    steps = [(seccomp.LOAD, 0, 0, seccomp.NUMBER)]
    numbers = {name: number for name, number in seccomp.REFUSED[machine].items() if name in REFUSED}
    for number in numbers.values():
        steps += [(seccomp.EQUAL, 0, 1, number), (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.EPERM)]
    steps += [(seccomp.EQUAL, 0, 1, seccomp.CLONE3), (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.ENOSYS)]
    steps += [(seccomp.EQUAL, 0, 3, seccomp.CLONE[machine]), (seccomp.LOAD, 0, 0, seccomp.FIRST_ARGUMENT)]
    steps += [(seccomp.ANY_BIT, 0, 1, seccomp.NEW_NAMESPACES), (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.EPERM)]
    return [*steps, (seccomp.RETURN, 0, 0, seccomp.ALLOW)]


def main() -> None:
    """Puts the filter on this process, and becomes the command."""
    steps = filter_of(platform.machine())
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = Program(len(steps), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
