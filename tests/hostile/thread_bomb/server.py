"""Starts threads without end, which take process slots and 8 MiB of addresses each."""

import sys
import threading

AT_MOST = 3_000

print("TRIED a thread bomb", file=sys.stderr, flush=True)
never = threading.Event()
threads = 0
try:
    while threads < AT_MOST:
        threading.Thread(target=never.wait, daemon=True).start()
        threads += 1
except (RuntimeError, MemoryError):
    pass
if threads > 2_000:
    print(f"ESCAPED the process limit with {threads} threads", file=sys.stderr, flush=True)
