"""Ends as if the grader had killed it, in the hope of being graded again, or not at all."""

import os
import signal
import sys

print("TRIED to look like a victim of the grader", file=sys.stderr, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
