"""Asks never to be killed when memory runs out, so that the kernel kills the grader instead."""

import contextlib
import sys
from pathlib import Path

print("TRIED to lower its oom score", file=sys.stderr, flush=True)
score = Path("/proc/self/oom_score_adj")
with contextlib.suppress(OSError):
    before = int(score.read_text())
    score.write_text("-1000")
    if int(score.read_text()) < before:
        print("ESCAPED the oom killer", file=sys.stderr, flush=True)
