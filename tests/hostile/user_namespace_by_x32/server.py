"""Asks for a user namespace by the numbers of another ABI, which a filter for x86_64 may not know."""

import ctypes
import platform
import sys

X32, UNSHARE, NEWUSER = 0x40000000, 272, 0x10000000  # asm/unistd.h, linux/sched.h

print("TRIED to make a user namespace by x32", file=sys.stderr, flush=True)
if platform.machine() == "x86_64" and ctypes.CDLL(None).syscall(X32 | UNSHARE, NEWUSER) == 0:
    print("ESCAPED: unshare by x32", file=sys.stderr, flush=True)
