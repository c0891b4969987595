"""Fills the disk with many files, each of them shorter than a file may be."""

import shutil
import sys
from pathlib import Path

MIB = 1024 * 1024
AT_MOST, TOO_MANY = 300, 200  # files of 1 MiB

print("TRIED to write 300 files of 1 MiB", file=sys.stderr, flush=True)
folder = Path("filling")
written = 0
try:
    folder.mkdir()
    while written < AT_MOST:
        Path(folder, str(written)).write_bytes(b"x" * MIB)
        written += 1
except OSError:
    pass
if written > TOO_MANY:
    print(f"ESCAPED the disk limit with {written} MiB", file=sys.stderr, flush=True)
shutil.rmtree(folder, ignore_errors=True)
