"""Prints what others say, and never reads what is typed: whoever types must not wait for it."""

import signal
import socket
import sys

signal.alarm(3)
print("TRIED not to read", file=sys.stderr, flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
udp.send(b"HELLO alice")
while True:
    verb, *fields = udp.recv(2048).decode().split(" ", 3)
    if verb == "MSG":
        print(f"{fields[1]}: {fields[2]}", flush=True)
        udp.send(f"GOT {fields[0]}".encode())
