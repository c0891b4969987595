"""Looks for the grader, the course and the grades, where Python, the mounts and the parent folders lead."""

import contextlib
import sys
from pathlib import Path

WANTED = [
    "grader/stages/week1_echo.py",
    "grader/course.toml",
    "course.toml",
    "results.json",
    "results.sqlite",
    "grades.sqlite",
    "gradebook.csv",
    "grades/gradebook.csv",
    "solutions/server.py",
    "tests/hostile/expected.toml",
]

print("TRIED to find the grader's files", file=sys.stderr, flush=True)
starts = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve(), Path.cwd().parent}
with contextlib.suppress(OSError):
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        starts.update(Path(word) for word in line.split()[3:5] if word.startswith("/"))
places = starts | {parent for start in starts for parent in start.parents}
for place in sorted(places):
    for name in WANTED:
        with contextlib.suppress(OSError):
            (place / name).read_bytes()
            print(f"ESCAPED: read {place / name}", file=sys.stderr, flush=True)
