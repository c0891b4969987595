"""Looks for secrets in the environment that it was given: tokens, folders, names."""

import os
import sys

HARMLESS = {
    "PATH",
    "HOME",
    "LANG",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "LAB5_RUN",
    "JAVA_HOME",
    "RUSTUP_HOME",
    "TMPDIR",
    "TERM",
    "LC_CTYPE",
}

print("TRIED to read its environment", file=sys.stderr, flush=True)
for name in sorted(set(os.environ) - HARMLESS):
    if not name.startswith("PYTHON"):
        print(f"ESCAPED: it was given {name}", file=sys.stderr, flush=True)
