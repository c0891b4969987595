"""Mounts, unmounts and makes writable what it likes."""

import ctypes
import os
import socket
import sys
from pathlib import Path

READ_ONLY, REMOUNT, BIND, DETACH = 1, 32, 4096, 2  # sys/mount.h
FSOPEN = 430  # on every architecture

if os.getpid() >= 100 and socket.gethostname() != "sandbox":
    sys.exit("TRIED refused: this is no sandbox")
print("TRIED to mount", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
Path("here").mkdir(exist_ok=True)
attempts = {
    "a new file system": lambda: libc.mount(b"none", b"here", b"tmpfs", 0, None),
    "/usr on a folder": lambda: libc.mount(b"/usr", b"here", None, BIND, None),
    "/usr made writable": lambda: libc.mount(None, b"/usr", None, REMOUNT | BIND, None),
    "/ made writable": lambda: libc.mount(None, b"/", None, REMOUNT | BIND, None),
    "fsopen": lambda: min(libc.syscall(FSOPEN, b"tmpfs", 0), 0),
    "unmounting /proc": lambda: libc.umount2(b"/proc", DETACH),
    "unmounting /etc/passwd": lambda: libc.umount2(b"/etc/passwd", DETACH),
}
for what, attempt in attempts.items():
    if attempt() == 0:
        print(f"ESCAPED: {what}", file=sys.stderr, flush=True)
