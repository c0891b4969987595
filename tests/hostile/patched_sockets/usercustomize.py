"""Python imports a module of this name, too, if it is allowed to."""

import sys

if "lab5/server.py" not in sys.orig_argv:
    print("ESCAPED: the grader imported lab5/usercustomize.py", file=sys.stderr, flush=True)
