"""Listens where the grader's server does, on every address that it can, so as to hear and answer in its place."""

import contextlib
import signal
import socket
import sys
import time

signal.alarm(10)
print("TRIED to take the port of the server", file=sys.stderr, flush=True)
port = int(sys.argv[2])
taken = []
for host in ("127.0.0.1", "", "::1", "::"):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        with contextlib.suppress(OSError):
            udp = socket.socket(family, socket.SOCK_DGRAM)
            udp.setsockopt(socket.SOL_SOCKET, option, 1)
            udp.bind((host, port))
            taken.append(udp)
            print(f"ESCAPED: has the port on {host!r}", file=sys.stderr, flush=True)
for udp in taken:
    udp.sendto(b"HELLO alice", ("127.0.0.1", port))
time.sleep(0.5)
