"""Complains like the grader and its sandbox do when they fail themselves, to be left ungraded."""

import sys

LINES = """\
bwrap: Can't mount tmpfs on /newroot/box: No space left on device
nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted
prlimit: failed to execute python3: No such file or directory
Traceback (most recent call last):
  File "/opt/grader/runner.py", line 1, in attempt
grader.check.Disturbed: another program of this machine listens on the port
TRIED to look like a fault of the grader
bwrap: execvp python3: No such file or directory
"""

sys.stderr.write(LINES)
sys.exit(1)
