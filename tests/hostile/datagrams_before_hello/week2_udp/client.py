"""Sends 10,000 different datagrams before HELLO, so that the transcript has as many lines."""

import signal
import socket
import sys
import time

signal.alarm(10)
print("TRIED to fill the transcript", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
for number in range(10_000):
    udp.send(b"X%05d " % number + b"y" * 90)
    if number % 50 == 0:
        time.sleep(0.005)  # for the grader, which must not miss any
for _ in range(10):
    udp.send(b"HELLO alice")
    time.sleep(0.1)
