"""Prints one line of 50 MB that never ends, for whoever reads output by the line."""

import os
import sys

MEGABYTE = b"x" * 1_000_000

print("TRIED a line of 50 MB", file=sys.stderr, flush=True)
try:
    for _ in range(50):
        os.write(1, MEGABYTE)
except OSError:
    pass
