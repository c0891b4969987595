"""Raises its own resource limits, to make room for every other attack."""

import contextlib
import resource
import sys

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

print("TRIED to raise its limits", file=sys.stderr, flush=True)
names = sorted(name for name in vars(resource) if name.startswith("RLIMIT_"))
for name in names:
    which = getattr(resource, name)
    if resource.getrlimit(which)[1] == resource.RLIM_INFINITY:
        continue
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(which, UNLIMITED)
        print(f"ESCAPED {name}", file=sys.stderr, flush=True)
