"""Takes every permission from its own folders, so that they can be neither read nor removed."""

import contextlib
import os
import socket
import sys
from pathlib import Path

SANDBOXED = os.getpid() < 100 or socket.gethostname() == "sandbox"

print("TRIED to lock its folders", file=sys.stderr, flush=True)
program = Path(__file__).resolve()
if SANDBOXED and program.parent.name == "lab5":
    for folder in (program.parent, program.parent.parent):
        with contextlib.suppress(OSError):
            folder.chmod(0)
