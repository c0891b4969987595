"""Nests 3,000 folders: whoever walks them with recursion, or by their path, fails."""

import os
import sys
from pathlib import Path

DEPTH = 3_000

print("TRIED to nest 3,000 folders", file=sys.stderr, flush=True)
try:
    for _ in range(DEPTH):
        Path("deeper").mkdir()
        os.chdir("deeper")
    Path("bottom").write_text("found")
except OSError:
    pass
