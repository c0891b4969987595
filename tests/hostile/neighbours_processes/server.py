"""Looks for the programs of other students, and the grader, among the processes."""

import os
import sys
from pathlib import Path

STARTERS = {"bwrap", "sh", "dash", "bash", "nice", "prlimit", "setpriv", "nsenter"}  # how it was started itself

print("TRIED to see other processes", file=sys.stderr, flush=True)
own = Path(__file__).read_bytes()
for process in Path("/proc").iterdir():
    if not process.name.isdecimal() or process.name in ("1", str(os.getpid())):
        continue
    try:
        name = (process / "comm").read_text().strip()
        words = (process / "cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        continue
    try:
        # Another start of this same program is no neighbour.
        is_own = (process / "cwd/lab5/server.py").read_bytes() == own
    except OSError:
        is_own = False
    if words and name not in STARTERS and not is_own:
        print(f"ESCAPED: process {process.name} is {words[:60]}", file=sys.stderr, flush=True)
