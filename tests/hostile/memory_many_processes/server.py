"""Spreads its memory over many processes, each of them below the limit for one."""

import os
import sys
import time

PROCESSES = 20
SHARE = 100 * 1024 * 1024  # bytes of each
TOO_MANY = 15  # processes: 1.5 GiB

print("TRIED to take 2 GiB in 20 processes", file=sys.stderr, flush=True)
reading, writing = os.pipe()
for _ in range(PROCESSES):
    if os.fork() == 0:
        share = b"x" * SHARE
        os.write(writing, b".")
        time.sleep(5)
        os._exit(0)
time.sleep(4)
os.write(writing, b".")  # so that reading never waits
if len(os.read(reading, 1024)) - 1 > TOO_MANY:
    print("ESCAPED the memory limit in many processes", file=sys.stderr, flush=True)
