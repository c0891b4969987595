"""Looks for capabilities that were left to it, and becomes root with them."""

import contextlib
import os
import sys
from pathlib import Path

print("TRIED to become root", file=sys.stderr, flush=True)
with contextlib.suppress(OSError):
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    for name in ("CapEff", "CapPrm", "CapAmb"):
        if int(status[name], 16):
            print(f"ESCAPED: {name} is{status[name]}", file=sys.stderr, flush=True)
if os.geteuid() != 0:
    with contextlib.suppress(OSError):
        os.setresuid(0, 0, 0)
        print("ESCAPED: it is root", file=sys.stderr, flush=True)
