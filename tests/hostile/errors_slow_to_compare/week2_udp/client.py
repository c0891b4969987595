"""A right client, until a line is too long: then it fills its standard error with parts of that line, which are no news
to anybody, and makes the grader look again and again."""

import contextlib
import os
import signal
import socket
import sys
import threading
import time

signal.alarm(20)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
udp.send(b"HELLO alice")
udp.recv(2048)


def listen():
    while True:
        verb, *fields = udp.recv(2048).decode().split(" ", 3)
        if verb == "MSG":
            print(f"{fields[1]}: {fields[2]}", flush=True)
            udp.send(f"GOT {fields[0]}".encode())


threading.Thread(target=listen, daemon=True).start()
number = 0
too_long = False
for line in sys.stdin:
    if len(line) > 1_200:
        too_long = True
        continue
    number += 1
    udp.send(f"SAY {number} {line.rstrip()}".encode())
    if too_long:
        with contextlib.suppress(OSError):
            for _ in range(500):
                os.write(2, b"xxx " * 1_000)
        end = time.monotonic() + 4
        while time.monotonic() < end:
            udp.send(b"look")
            time.sleep(0.001)
        sys.exit()
udp.send(b"BYE")
