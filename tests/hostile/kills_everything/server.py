"""Kills every process that it can see and every one that it may, the grader first."""

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

if os.getpid() >= 100 and socket.gethostname() != "sandbox":
    sys.exit("TRIED refused: this is no sandbox")
print("TRIED to kill everything", file=sys.stderr, flush=True)
for entry in Path("/proc").iterdir():
    if entry.name.isdecimal() and int(entry.name) != os.getpid():
        with contextlib.suppress(OSError):
            os.kill(int(entry.name), signal.SIGKILL)
with contextlib.suppress(OSError):
    os.kill(-1, signal.SIGKILL)
print("TRIED to kill everything, and is still there", file=sys.stderr, flush=True)
