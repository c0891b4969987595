"""Sets the machine's clock, which ends every deadline of the grader."""

import contextlib
import sys
import time

print("TRIED to set the clock", file=sys.stderr, flush=True)
with contextlib.suppress(OSError):
    time.clock_settime(time.CLOCK_REALTIME, time.time())
    print("ESCAPED: the clock can be set", file=sys.stderr, flush=True)
