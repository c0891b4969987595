"""Makes empty files until there are no inodes left: no byte of the disk is used."""

import shutil
import sys
from pathlib import Path

FOLDERS, FILES = 300, 1_000  # in each: 300,000 in all
TOO_MANY = 100_000

print("TRIED to make 300,000 empty files", file=sys.stderr, flush=True)
top = Path("inodes")
made = 0
try:
    for number in range(FOLDERS):
        folder = top / str(number)
        folder.mkdir(parents=True)
        for name in range(FILES):
            Path(folder, str(name)).touch()
            made += 1
except OSError:
    pass
if made > TOO_MANY:
    print(f"ESCAPED the inode limit with {made} files", file=sys.stderr, flush=True)
shutil.rmtree(top, ignore_errors=True)
