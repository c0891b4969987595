"""Sleeps before it does anything, to keep the grader waiting at every check."""

import sys
import time

print("TRIED to sleep", file=sys.stderr, flush=True)
time.sleep(120)
