"""Leaves a child in a session and process group of its own, where no signal to the group reaches it."""

import os
import sys
import time

print("TRIED to leave a child in another session", file=sys.stderr, flush=True)
if os.fork() == 0:
    os.setsid()
    time.sleep(120)
