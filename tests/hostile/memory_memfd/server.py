"""Hides memory in files without a name and without a mapping, where neither data limits nor resident size see it."""

import os
import sys

FILE = 8 * 1024 * 1024  # bytes: as long as a file may be
AT_MOST = 200  # files: 1,600 MiB
TOO_MUCH = 1536 * 1024 * 1024  # bytes

print("TRIED to hide memory in memfds", file=sys.stderr, flush=True)
hidden = 0
try:
    for _ in range(AT_MOST):
        hidden += os.write(os.memfd_create("memory"), b"x" * FILE)
except OSError:
    pass
if hidden > TOO_MUCH:
    print(f"ESCAPED the memory limit with {hidden} bytes in memfds", file=sys.stderr, flush=True)
