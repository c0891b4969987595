"""Calls itself `) Z 0 0`, so that whoever parses /proc/PID/stat takes it for a zombie without a parent."""

import ctypes
import os
import sys
import time

SET_NAME = 15  # linux/prctl.h

print("TRIED a name that breaks parsers", file=sys.stderr, flush=True)
if os.fork() == 0:
    os.setsid()
    ctypes.CDLL(None).prctl(SET_NAME, b") Z 0 0\n(bwrap")
    time.sleep(120)
time.sleep(2)
