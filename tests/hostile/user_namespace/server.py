"""Becomes root in a user namespace of its own: most exploits of the kernel begin there."""

import ctypes
import os
import platform
import signal
import sys

NEWUSER = 0x10000000  # linux/sched.h
CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]

print("TRIED to make a user namespace", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
child = libc.syscall(CLONE, ctypes.c_long(NEWUSER | signal.SIGCHLD), 0, 0, 0, 0)
if child == 0:
    os._exit(0)
if child > 0:
    print("ESCAPED: clone with a user namespace", file=sys.stderr, flush=True)
if libc.unshare(NEWUSER) == 0:
    print("ESCAPED: unshare of the user namespace", file=sys.stderr, flush=True)
