"""Looks for descriptors that were left open when it was started: a folder or a namespace of the host is a way out."""

import sys
from pathlib import Path

INHERITED_BY_RIGHT = {"0", "1", "2"}

print("TRIED to find leaked descriptors", file=sys.stderr, flush=True)
for number in range(256):
    link = Path(f"/proc/self/fd/{number}")
    if link.name in INHERITED_BY_RIGHT or not link.is_symlink():
        continue
    print(f"ESCAPED with descriptor {number}: {link.readlink()}", file=sys.stderr, flush=True)
