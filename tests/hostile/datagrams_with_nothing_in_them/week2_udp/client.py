"""Sends empty datagrams as fast as it can."""

import signal
import socket
import sys

print("TRIED empty datagrams", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
signal.alarm(3)
while True:
    udp.send(b"")
