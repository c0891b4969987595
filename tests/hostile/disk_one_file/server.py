"""Writes one file until the disk is full."""

import sys
from pathlib import Path

MIB = 1024 * 1024
AT_MOST, TOO_MUCH = 300, 200  # MiB

print("TRIED to write a file of 300 MiB", file=sys.stderr, flush=True)
written = 0
path = Path("filling")
try:
    with path.open("wb", buffering=0) as file:
        while written < AT_MOST:
            file.write(b"x" * MIB)
            written += 1
except OSError:
    pass
if written > TOO_MUCH:
    print(f"ESCAPED the file size limit with {written} MiB", file=sys.stderr, flush=True)
path.unlink()
