"""Which processes a process has started."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """Its children; none where it has gone. On Linux this reads two files, where psutil looks at every process."""
    if not sys.platform.startswith("linux"):
        import psutil

        with suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def below(pid: int) -> list[int]:
    """Its children, and theirs, and so on."""
    found = children(pid)
    for child in found:  # which grows on the way
        found += children(child)
    return found
