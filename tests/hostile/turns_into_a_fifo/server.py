"""Puts a FIFO in the place of its own file: a grader that opens it waits for ever."""

import os
import socket
import sys
from pathlib import Path

SANDBOXED = os.getpid() < 100 or socket.gethostname() == "sandbox"

print("TRIED to become a fifo", file=sys.stderr, flush=True)
program = Path(__file__)
if SANDBOXED and program.parent.name == "lab5":
    try:
        program.unlink()
        os.mkfifo(program)
    except OSError:
        pass
