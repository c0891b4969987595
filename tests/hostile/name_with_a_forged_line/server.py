"""Takes a name that looks like a line of its own in /proc/PID/status, so that it counts for something else."""

import ctypes
import sys
import time

PR_SET_NAME = 15  # linux/prctl.h
NAME = b"\x0cNSpid:\t7"  # a form feed, at which some programs end a line

print("TRIED to take 1.6 GiB under this name", file=sys.stderr, flush=True)
ctypes.CDLL(None).prctl(PR_SET_NAME, NAME)
taken = []
for _ in range(16):
    taken.append(b"x" * (100 << 20))
    time.sleep(0.05)
time.sleep(1)
print("ESCAPED: 1.6 GiB are taken", file=sys.stderr, flush=True)
