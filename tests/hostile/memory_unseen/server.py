"""Takes 3 GiB, and does not let itself be looked at, so that nobody can count them."""

import ctypes
import sys
import time

PR_SET_DUMPABLE = 4  # linux/prctl.h
MIB = 1024 * 1024

print("TRIED to take 3 GiB unseen", file=sys.stderr, flush=True)
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
taken = []
for _ in range(30):
    taken.append(bytearray(b"x") * (100 * MIB))
    time.sleep(0.05)
print("ESCAPED: 3 GiB are taken", file=sys.stderr, flush=True)
