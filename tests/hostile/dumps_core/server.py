"""Ends in a core dump with as much memory as it may have, to write it to the host's disk."""

import contextlib
import os
import resource
import sys
from pathlib import Path

print("TRIED to dump core", file=sys.stderr, flush=True)
if any(Path().glob("core*")):
    print("ESCAPED with a core file", file=sys.stderr, flush=True)
with contextlib.suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("ESCAPED the limit of core files", file=sys.stderr, flush=True)
ballast = b"x" * (200 * 1024 * 1024)
os.abort()
