"""Stops itself: it neither runs nor ends, and a grader that waits for it to handle a signal waits in vain."""

import os
import signal
import sys
import time

print("TRIED to stop itself", file=sys.stderr, flush=True)
stopped = os.getpid()
if os.fork():
    os.kill(stopped, signal.SIGSTOP)
else:
    time.sleep(120)  # then it may end, wherever it was started
    if os.getppid() == stopped:
        os.kill(stopped, signal.SIGCONT)
