"""Doubles its processes eleven times over, to take all process slots of the machine."""

import contextlib
import os
import sys
import time

GENERATIONS = 11  # 2 ** 11 = 2,048 processes, if nobody stops it

print("TRIED a fork bomb", file=sys.stderr, flush=True)
first = os.getpid()
reading, writing = os.pipe()
for _ in range(GENERATIONS):
    with contextlib.suppress(OSError):
        os.fork()
os.write(writing, b".")
time.sleep(2)  # so that all of them live at the same time
if os.getpid() == first and len(os.read(reading, 65_536)) > 2_000:
    print("ESCAPED the process limit", file=sys.stderr, flush=True)
