"""Sends from as many sockets as it can have, each of which could be a client of its own."""

import contextlib
import os
import signal
import socket
import sys
import time

print("TRIED thousands of sockets", file=sys.stderr, flush=True)
for _ in range(20):
    if os.fork() == 0:
        break
signal.alarm(10)
sockets = []
with contextlib.suppress(OSError):
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.sendto(b"HELLO alice%d" % len(sockets), ("127.0.0.1", int(sys.argv[2])))
        sockets.append(udp)
time.sleep(60)
