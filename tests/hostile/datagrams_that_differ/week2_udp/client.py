"""Sends datagrams as fast as it can, each of them new."""

import signal
import socket
import sys

print("TRIED new datagrams", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
signal.alarm(3)
number = 0
while True:
    number += 1
    udp.send(b"SAY %d new" % number)
