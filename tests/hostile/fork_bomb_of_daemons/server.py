"""Starts daemons, each in a session of its own, so that no process group and no parent leads to them all."""

import os
import sys
import time

AT_MOST = 3_000

print("TRIED a bomb of daemons", file=sys.stderr, flush=True)
daemons = 0
for _ in range(AT_MOST):
    try:
        child = os.fork()
    except OSError:
        break
    if child == 0:
        os.setsid()
        try:
            grandchild = os.fork()
        except OSError:
            os._exit(1)
        if grandchild == 0:
            time.sleep(30)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    daemons += status == 0
if daemons > 2_000:
    print(f"ESCAPED the process limit with {daemons} daemons", file=sys.stderr, flush=True)
