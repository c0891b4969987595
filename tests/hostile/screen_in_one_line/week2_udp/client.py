"""Prints 1 GB to the terminal, and no end of line in it."""

import os
import signal
import sys

signal.alarm(3)
print("TRIED to print a line of 1 GB", file=sys.stderr, flush=True)
for _ in range(1_000):
    os.write(1, b"x" * 1_000_000)
