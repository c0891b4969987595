"""Leaves unread bytes in socket buffers: the kernel's memory, which counts for no process."""

import os
import socket
import sys
import time

PROCESSES, PAIRS = 60, 100
SHARE = 35 * 1024 * 1024  # bytes of each process: 2 GiB in all
TOO_MUCH = 1536 * 1024 * 1024  # bytes


def fill():
    """Fills the buffers of many pairs; returns them, and how many bytes they took."""
    pairs, left = [], SHARE
    try:
        while left > 0 and len(pairs) < PAIRS:
            pairs.append(socket.socketpair())
            for end in pairs[-1]:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
                end.setblocking(False)
                left -= end.send(b"x" * (1 << 22))
    except OSError:
        pass
    return pairs, SHARE - left


print("TRIED to keep 2 GiB in socket buffers", file=sys.stderr, flush=True)
reading, writing = os.pipe()
try:
    for _ in range(PROCESSES):
        if os.fork() == 0:
            pairs, taken = fill()
            os.write(writing, b"%d\n" % taken)
            time.sleep(5)
            os._exit(0)
except OSError:
    pass
time.sleep(4)
os.write(writing, b"0\n")  # so that reading never waits
total = sum(map(int, os.read(reading, 65_536).split()))
if total > TOO_MUCH:
    print(f"ESCAPED the memory limit with {total} bytes in socket buffers", file=sys.stderr, flush=True)
