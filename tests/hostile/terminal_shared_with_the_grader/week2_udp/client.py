"""Changes what it shares with whoever has opened the terminal for it: flags, owner, locks, mode."""

import contextlib
import fcntl
import os
import signal
import sys

CHANGES = [
    lambda descriptor: os.set_blocking(descriptor, False),
    lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL),
    lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getppid()),
    lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_SETOWN, -1),
    lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK | os.O_APPEND | os.O_DIRECT),
    lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK),
    lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_NOTIFY, fcntl.DN_MODIFY),
    lambda descriptor: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB),
    lambda descriptor: os.fchmod(descriptor, 0),
    lambda descriptor: os.fchown(descriptor, os.getuid(), os.getgid()),
    lambda descriptor: os.ftruncate(descriptor, 0),
    lambda descriptor: os.lseek(descriptor, 1 << 40, os.SEEK_SET),
]

for descriptor in range(256):
    for change in CHANGES:
        with contextlib.suppress(OSError):
            change(descriptor)
with contextlib.suppress(BlockingIOError):
    os.write(1, b"signal me\n" * 1_000)
sys.exit("TRIED to change what it shares")
