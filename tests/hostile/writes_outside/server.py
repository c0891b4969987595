"""Makes files in every folder of the system that is not its own, to be there when others are graded."""

import contextlib
import sys
from pathlib import Path

PLACES = ["/", "/usr", "/usr/bin", "/usr/lib", "/usr/local/lib", "/etc", "/etc/cron.d", "/sub", "/proc/1/root", "/home"]

print("TRIED to write outside", file=sys.stderr, flush=True)
for place in [*PLACES, sys.prefix, sys.base_prefix, *sys.path[1:]]:
    path = Path(place, "left_by_the_zoo.txt")
    with contextlib.suppress(OSError):
        path.write_text("This file was left by tests/hostile/writes_outside.\n")
        print(f"ESCAPED: wrote {path}", file=sys.stderr, flush=True)
        path.unlink()
