"""Leaves a root folder by changing to another one while standing outside of it."""

import contextlib
import os
import sys
from pathlib import Path

print("TRIED to change its root", file=sys.stderr, flush=True)
Path("inner").mkdir(exist_ok=True)
with contextlib.suppress(OSError):
    os.chroot("inner")
    for _ in range(64):
        os.chdir("..")
    os.chroot(".")
    print("ESCAPED: changed its root", file=sys.stderr, flush=True)
