"""Takes back the signal that it is to get when its parent dies, and adopts orphans itself."""

import ctypes
import os
import sys
import time

SET_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h

print("TRIED to outlive its parent", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
if os.fork() == 0:
    os.setsid()
    libc.prctl(SET_DEATH_SIGNAL, 0)
    libc.prctl(SET_CHILD_SUBREAPER, 1)
    if os.fork() == 0:
        libc.prctl(SET_DEATH_SIGNAL, 0)
    time.sleep(120)
