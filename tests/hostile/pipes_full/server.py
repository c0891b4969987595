"""Leaves unread bytes in as many and as large pipes as it gets: the kernel's memory, which counts for no process."""

import contextlib
import fcntl
import os
import sys
import time

PROCESSES, PIPES = 20, 100
SIZE = 1024 * 1024  # bytes of a pipe: 2 GiB in all
TOO_MUCH = 1536 * 1024 * 1024  # bytes


def fill():
    """Fills pipes; returns how many bytes they took."""
    taken = 0
    try:
        for _ in range(PIPES):
            _, end = os.pipe()
            os.set_blocking(end, False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, SIZE)
            taken += os.write(end, b"x" * SIZE)
    except OSError:
        pass
    return taken


print("TRIED to keep 2 GiB in pipes", file=sys.stderr, flush=True)
reading, writing = os.pipe()
try:
    for _ in range(PROCESSES):
        if os.fork() == 0:
            os.write(writing, b"%d\n" % fill())
            time.sleep(5)
            os._exit(0)
except OSError:
    pass
time.sleep(4)
os.write(writing, b"0\n")  # so that reading never waits
total = sum(map(int, os.read(reading, 65_536).split()))
if total > TOO_MUCH:
    print(f"ESCAPED the memory limit with {total} bytes in pipes", file=sys.stderr, flush=True)
