"""Makes itself undumpable, so that its entries in /proc belong to root and a grader who is not root cannot look."""

import ctypes
import sys
import time

SET_DUMPABLE = 4  # linux/prctl.h

print("TRIED to hide in /proc", file=sys.stderr, flush=True)
ctypes.CDLL(None).prctl(SET_DUMPABLE, 0)
time.sleep(120)
