"""Ends at once, and leaves the terminal and the conversation to a daemon."""

import os
import signal
import socket
import sys

print("TRIED to leave the terminal to a daemon", file=sys.stderr, flush=True)
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
signal.alarm(60)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
while True:
    udp.send(b"HELLO alice")
    os.write(1, b"bob: hello alice\n")
