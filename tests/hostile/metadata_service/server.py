"""Connects to the metadata service of a cloud, which hands out the credentials of the machine."""

import contextlib
import socket
import sys

print("TRIED 169.254.169.254 port 80", file=sys.stderr, flush=True)
with contextlib.suppress(OSError), socket.create_connection(("169.254.169.254", 80), timeout=1.0):
    print("ESCAPED to the metadata service", file=sys.stderr, flush=True)
