"""Asks for a user namespace by clone3, whose flags are in memory where a system call filter cannot look."""

import ctypes
import os
import signal
import struct
import sys

CLONE3 = 435  # on every architecture
NEWUSER = 0x10000000  # linux/sched.h

print("TRIED to make a user namespace by clone3", file=sys.stderr, flush=True)
wishes = struct.pack("=8Q", NEWUSER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)  # struct clone_args
child = ctypes.CDLL(None).syscall(CLONE3, wishes, ctypes.c_size_t(len(wishes)))
if child == 0:
    os._exit(0)
if child > 0:
    print("ESCAPED: clone3 with a user namespace", file=sys.stderr, flush=True)
