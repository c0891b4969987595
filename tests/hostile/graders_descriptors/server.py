"""Takes copies of the descriptors of the process that started it: its files and sockets are the grader's."""

import ctypes
import os
import sys

PIDFD_GETFD = 438  # on every architecture

print("TRIED to take descriptors of others", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
for process in {1, os.getppid()} - {0, os.getpid()}:
    try:
        handle = os.pidfd_open(process)
    except OSError:
        continue
    taken = [number for number in range(3, 64) if libc.syscall(PIDFD_GETFD, handle, number, 0) >= 0]
    if taken:
        print(f"ESCAPED with descriptors {taken} of process {process}", file=sys.stderr, flush=True)
