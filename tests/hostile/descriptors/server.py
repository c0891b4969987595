"""Opens descriptors until the table of open files of the machine is full."""

import contextlib
import os
import resource
import sys

AT_MOST, TOO_MANY = 3_000, 1_000

print("TRIED to open 3,000 descriptors", file=sys.stderr, flush=True)
opened = 0
with contextlib.suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_NOFILE, (AT_MOST, AT_MOST))
with contextlib.suppress(OSError):
    while opened < AT_MOST:
        os.dup(0)
        opened += 1
if opened > TOO_MANY:
    print(f"ESCAPED the limit of open files with {opened} descriptors", file=sys.stderr, flush=True)
