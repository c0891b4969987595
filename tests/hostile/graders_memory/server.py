"""Reads the memory of the process that started it, where the hidden checks and all grades are."""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

SEIZE, DETACH = 0x4206, 17  # sys/ptrace.h; seizing does not stop the other process


class Part(ctypes.Structure):
    """A piece of memory: struct iovec."""

    _fields_ = [("address", ctypes.c_size_t), ("length", ctypes.c_size_t)]


print("TRIED to read the grader's memory", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
libc.ptrace.argtypes = [ctypes.c_long] * 4
parent = os.getppid() or 1
if parent == os.getpid():
    sys.exit("TRIED, but nobody has started it")
# An ordinary user cannot be two: bubblewrap's own process, all that there is to see, is then the program's user's.
is_ours = Path(f"/proc/{parent}").stat().st_uid == os.getuid() and Path(f"/proc/{parent}/comm").read_text() == "bwrap\n"
with contextlib.suppress(OSError):
    if is_ours:
        raise PermissionError
    start = int(Path(f"/proc/{parent}/maps").read_text().split("-")[0], 16)
    with Path(f"/proc/{parent}/mem").open("rb") as memory:
        memory.seek(start)
        memory.read(16)
        print("ESCAPED: read /proc/PID/mem", file=sys.stderr, flush=True)
    buffer = ctypes.create_string_buffer(16)
    here, there = Part(ctypes.addressof(buffer), 16), Part(start, 16)
    if libc.process_vm_readv(parent, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
        print("ESCAPED: process_vm_readv", file=sys.stderr, flush=True)
if libc.ptrace(SEIZE, parent, 0, 0) == 0:
    print("ESCAPED: ptrace", file=sys.stderr, flush=True)
    libc.ptrace(DETACH, parent, 0, 0)
