"""Takes a name that is no text, on which whoever reads /proc/PID/status may fail."""

import ctypes
import sys
import time

PR_SET_NAME = 15  # linux/prctl.h
NAME = b"\xff\xfe"

print("TRIED to take 1.6 GiB under this name", file=sys.stderr, flush=True)
ctypes.CDLL(None).prctl(PR_SET_NAME, NAME)
taken = []
for _ in range(16):
    taken.append(b"x" * (100 << 20))
    time.sleep(0.05)
time.sleep(1)
print("ESCAPED: 1.6 GiB are taken", file=sys.stderr, flush=True)
