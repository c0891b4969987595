"""Shares the terminal with a hundred processes, which all print to it and read from it."""

import os
import signal
import sys

print("TRIED to share the terminal", file=sys.stderr, flush=True)
for _ in range(100):
    if os.fork() == 0:
        break
signal.alarm(3)
if os.fork() == 0:
    while True:
        os.read(0, 1)
while True:
    os.write(1, b"mine\n")
