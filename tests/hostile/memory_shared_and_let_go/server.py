"""Writes to shared memory and lets go of it: it stays, and counts for no process."""

import mmap
import sys
import time

MIB = 1024 * 1024
BLOCK, BLOCKS = 16 * MIB, 100

print("TRIED to hide 1.6 GiB", file=sys.stderr, flush=True)
shared = mmap.mmap(-1, BLOCK * BLOCKS)
for first in range(0, BLOCK * BLOCKS, BLOCK):
    shared[first : first + BLOCK] = b"x" * BLOCK
    shared.madvise(mmap.MADV_DONTNEED, first, BLOCK)
    time.sleep(0.01)
time.sleep(1)
print("ESCAPED: 1.6 GiB are taken", file=sys.stderr, flush=True)
