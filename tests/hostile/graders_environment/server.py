"""Reads the environment of other processes, where tokens and passwords are kept."""

import os
import sys
from pathlib import Path

print("TRIED to read the environment of others", file=sys.stderr, flush=True)
for process in Path("/proc").iterdir():
    if not process.name.isdecimal() or process.name == str(os.getpid()):
        continue
    try:
        variables = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        continue
    names = {variable.partition(b"=")[0] for variable in variables if variable}
    # What it was given itself is no secret.
    if secret := sorted(names - set(os.environb) - {b"_", b"SHLVL", b"PWD", b"OLDPWD"}):
        print(f"ESCAPED: process {process.name} has {secret[:5]}", file=sys.stderr, flush=True)
