"""Makes the files of its output such that the grader fails when it reads them, so that nobody can be graded."""

import fcntl
import os
import sys

print("TRIED to make its output unreadable", file=sys.stderr, flush=True)
for descriptor in (1, 2):
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_DIRECT)
sys.exit(1)
