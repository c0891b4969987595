"""Takes shared anonymous memory, which no limit on a process's data counts."""

import mmap
import sys

BLOCK = 10 * 1024 * 1024  # bytes
AT_MOST = 307  # blocks: 3 GiB
TOO_MANY = 154  # blocks: 1.5 GiB

print("TRIED to take 3 GiB of shared memory", file=sys.stderr, flush=True)
written = 0
try:
    memory = mmap.mmap(-1, AT_MOST * BLOCK)
    while written < AT_MOST:
        memory.write(b"x" * BLOCK)
        written += 1
except (OSError, MemoryError):
    pass
if written > TOO_MANY:
    print(f"ESCAPED the memory limit with {written} blocks of 10 MiB", file=sys.stderr, flush=True)
