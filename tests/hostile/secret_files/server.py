"""Reads passwords and keys of the host."""

import contextlib
import sys
from pathlib import Path

FILES = [
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/sudoers",
    "/etc/ssh/ssh_host_ed25519_key",
    "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "/proc/1/root/etc/shadow",
    "/oldroot/etc/shadow",
]
KEPT_AT_HOME = [
    ".ssh/id_ed25519",
    ".ssh/authorized_keys",
    ".bash_history",
    ".netrc",
    ".gitconfig",
    ".bashrc",
    ".profile",
]

print("TRIED to read secrets of the host", file=sys.stderr, flush=True)
homes = [Path("/root")]
with contextlib.suppress(OSError):
    homes += Path("/home").iterdir()
for path in [*map(Path, FILES), *(home / name for home in homes for name in KEPT_AT_HOME)]:
    with contextlib.suppress(OSError):
        if path.read_bytes():
            print(f"ESCAPED: read {path}", file=sys.stderr, flush=True)
