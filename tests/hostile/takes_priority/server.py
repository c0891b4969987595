"""Asks for a higher priority, and for real-time scheduling, to starve the grader."""

import contextlib
import os
import sys

print("TRIED to raise its priority", file=sys.stderr, flush=True)
before = os.getpriority(os.PRIO_PROCESS, 0)
with contextlib.suppress(OSError):
    os.nice(-10)
with contextlib.suppress(OSError):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
if os.getpriority(os.PRIO_PROCESS, 0) < before or os.sched_getscheduler(0) == os.SCHED_FIFO:
    print("ESCAPED its priority", file=sys.stderr, flush=True)
