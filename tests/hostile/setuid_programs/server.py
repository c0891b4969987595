"""Starts the programs that run as root whoever starts them: one of them with a hole is enough."""

import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path

FOLDERS = [
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/lib/openssh",
    "/usr/lib/dbus-1.0",
    "/usr/libexec",
    "/usr/local/bin",
]

print("TRIED the programs that become root", file=sys.stderr, flush=True)
programs = []
for folder in FOLDERS:
    with contextlib.suppress(OSError):
        programs += [entry for entry in Path(folder).iterdir() if entry.lstat().st_mode & stat.S_ISUID]
for program in sorted(programs):
    with contextlib.suppress(OSError):
        started = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        status = Path(f"/proc/{started.pid}/status").read_text()
        started.kill()
        started.communicate()
        effective = status.partition("\nUid:")[2].split()[1]
        if os.geteuid() != 0 and effective == "0":
            print(f"ESCAPED: {program} runs as root", file=sys.stderr, flush=True)
