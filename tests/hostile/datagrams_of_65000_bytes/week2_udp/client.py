"""Sends large datagrams as fast as it can, each of them new: 1.3 GB, if all are kept."""

import signal
import socket
import sys

print("TRIED large datagrams", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
signal.alarm(3)
number = 0
rest = b"x" * 64_990
while True:
    number += 1
    udp.send(b"%010d" % number + rest)
