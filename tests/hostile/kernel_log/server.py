"""Reads the kernel's log: addresses for exploits, and what other programs of the machine did."""

import ctypes
import sys

READ_ALL = 3  # syslog(2)

print("TRIED to read the kernel's log", file=sys.stderr, flush=True)
log = ctypes.create_string_buffer(4096)
if ctypes.CDLL(None).klogctl(READ_ALL, log, 4096) > 0:
    print("ESCAPED: read the kernel's log", file=sys.stderr, flush=True)
