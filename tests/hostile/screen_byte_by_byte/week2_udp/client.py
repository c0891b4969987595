"""Fills nearly all of the screen, then prints a byte each millisecond: the grader looks at all of it each time."""

import os
import signal
import socket
import sys
import time

signal.alarm(3)
print("TRIED to print byte by byte", file=sys.stderr, flush=True)
for _ in range(9_000):
    os.write(1, b"bob: hello\n" * 9)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
udp.send(b"HELLO alice")
udp.recv(2048)
while True:
    os.write(1, b"\n")
    time.sleep(0.001)
