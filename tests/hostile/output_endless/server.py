"""Prints as fast as it can for a minute, to fill the grader's memory or disk."""

import sys
import time

LINES = "TRIED to print without end\n" * 4_000

end = time.monotonic() + 60
while time.monotonic() < end:
    sys.stderr.write(LINES)
