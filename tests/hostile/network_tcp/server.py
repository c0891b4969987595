"""Connects to a server on the internet, to send hidden checks home or to fetch an answer."""

import contextlib
import socket
import sys

print("TRIED 1.1.1.1 port 53", file=sys.stderr, flush=True)
with contextlib.suppress(OSError), socket.create_connection(("1.1.1.1", 53), timeout=1.0):
    print("ESCAPED to the internet over TCP", file=sys.stderr, flush=True)
