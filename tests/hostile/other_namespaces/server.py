"""Joins the namespaces of other processes, and makes new ones, to see the host's network and files."""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

NEWNS, NEWNET, NEWPID = 0x00020000, 0x40000000, 0x20000000  # linux/sched.h

print("TRIED to change namespaces", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
for kind in (NEWNS, NEWNET, NEWPID):
    if libc.unshare(kind) == 0:
        print(f"ESCAPED: unshare of {kind:#x}", file=sys.stderr, flush=True)
for process in sorted({"1", str(os.getppid())}):
    for name in ("user", "mnt", "net", "pid", "ipc", "uts"):
        with contextlib.suppress(OSError), Path(f"/proc/{process}/ns/{name}").open("rb") as namespace:
            if libc.setns(namespace.fileno(), 0) == 0:
                print(f"ESCAPED: setns to {name} of {process}", file=sys.stderr, flush=True)
