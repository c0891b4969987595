"""Opens for writing what starts and runs it: a changed interpreter or bwrap would run as the grader (CVE-2019-5736)."""

import contextlib
import os
import sys

PROGRAMS = [sys.executable, "/proc/self/exe", "/proc/1/exe", os.__file__, "/bin/sh", "/usr/bin/bwrap", "/usr/bin/env"]

print("TRIED to overwrite what runs it", file=sys.stderr, flush=True)
for name in PROGRAMS:
    with contextlib.suppress(OSError):
        os.close(os.open(name, os.O_WRONLY))
        print(f"ESCAPED: {name} is writable", file=sys.stderr, flush=True)
