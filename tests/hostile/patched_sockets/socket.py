"""Looks like Python's module of this name. In the grader's process every connection would echo."""  # noqa: A005

import sys

if "grader" in sys.modules or "pytest" in sys.modules:
    print("ESCAPED: the grader imported lab5/socket.py", file=sys.stderr, flush=True)
