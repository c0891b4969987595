"""Takes memory of its own and touches every page of it, until the machine swaps."""

import sys
import time

BLOCK = 10 * 1024 * 1024  # bytes
AT_MOST = 307  # blocks: 3 GiB
TOO_MANY = 154  # blocks: 1.5 GiB

print("TRIED to take 3 GiB", file=sys.stderr, flush=True)
blocks = []
try:
    while len(blocks) < AT_MOST:
        blocks.append(b"x" * BLOCK)
except MemoryError:
    time.sleep(2)  # keeps what it has, for the watchdog to see
if len(blocks) > TOO_MANY:
    print(f"ESCAPED the memory limit with {len(blocks)} blocks of 10 MiB", file=sys.stderr, flush=True)
