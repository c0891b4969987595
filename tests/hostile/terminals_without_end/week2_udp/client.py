"""Takes every pseudo-terminal of the machine, so that no other program can be graded at one."""

import contextlib
import os
import signal
import sys
import time

for _ in range(20):
    if os.fork() == 0:
        break
signal.alarm(3)
masters = []
with contextlib.suppress(OSError):
    while True:
        masters.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
print(f"TRIED to take every terminal: has {len(masters)}", file=sys.stderr, flush=True)
time.sleep(60)
