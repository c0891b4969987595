"""Connects to a server on the internet over IPv6, which is forgotten where IPv4 is blocked by rules."""

import contextlib
import socket
import sys

print("TRIED 2606:4700:4700::1111 port 443", file=sys.stderr, flush=True)
with contextlib.suppress(OSError), socket.create_connection(("2606:4700:4700::1111", 443), timeout=1.0):
    print("ESCAPED to the internet over IPv6", file=sys.stderr, flush=True)
