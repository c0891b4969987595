"""Python imports a module of this name whenever it starts and finds one."""

import sys

if "lab5/server.py" not in sys.orig_argv:
    print("ESCAPED: the grader imported lab5/sitecustomize.py", file=sys.stderr, flush=True)
