"""Makes a file of 1 TB that takes no room: whoever copies or reads it fills a disk or waits for hours."""

import sys
from pathlib import Path

TERABYTE = 1 << 40

print("TRIED to make a file of 1 TB", file=sys.stderr, flush=True)
path = Path("holes")
try:
    with path.open("wb") as file:
        file.truncate(TERABYTE)
    print("ESCAPED the file size limit with 1 TB", file=sys.stderr, flush=True)
    path.unlink()
except OSError:
    pass
