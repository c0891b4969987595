"""Computes for a minute and answers nobody."""

import sys
import time

print("TRIED to compute for a minute", file=sys.stderr, flush=True)
end = time.monotonic() + 60
while time.monotonic() < end:
    pass
