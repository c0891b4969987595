"""Sends the same datagram as fast as it can, from four processes."""

import os
import signal
import socket
import sys

print("TRIED the same datagram", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
os.fork()
os.fork()
signal.alarm(3)
while True:
    udp.send(b"NONSENSE")
