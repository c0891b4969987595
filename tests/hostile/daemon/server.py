"""Leaves a daemon behind, with a double fork, that would see the next student's program."""

import os
import sys
import time

print("TRIED to leave a daemon", file=sys.stderr, flush=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        time.sleep(120)
    os._exit(0)
os.wait()
