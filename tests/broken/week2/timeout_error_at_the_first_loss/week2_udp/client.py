"""Chat client that sets a timeout for HELLO and does not catch it."""
import os
import queue
import re
import socket
import sys
import threading

if len(sys.argv) != 4 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    sys.stderr.write("usage: client.py HOST PORT NAME\n")
    sys.exit(2)
HOST, PORT, NAME = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if not re.fullmatch("[A-Za-z0-9_-]{1,20}", NAME):
    sys.stderr.write("usage: client.py HOST PORT NAME\n")
    sys.exit(2)

udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect((HOST, PORT))
oks = queue.SimpleQueue()


def listen():
    ids = set()
    while True:
        try:
            verb, number, *rest = udp.recv(2000).decode().split(" ", 3)
        except ValueError:
            continue
        if verb == "OK":
            oks.put(number)
        if verb == "MSG" and len(rest) == 2 and number.isdecimal():
            if number not in ids:
                ids.add(number)
                print(f"{rest[0]}: {rest[1]}")
            udp.send(f"GOT {number}".encode())


def say(number, line):
    for _ in range(20):
        udp.send(f"SAY {number} {line}".encode())
        try:
            while oks.get(timeout=0.25) != str(number):
                pass
            return
        except queue.Empty:
            continue
    sys.exit("nobody answers")


udp.settimeout(0.25)
udp.send(f"HELLO {NAME}".encode())
answer = udp.recv(2000).decode()
if answer.startswith("ERROR"):
    sys.exit(answer)
udp.settimeout(None)
threading.Thread(target=listen, daemon=True).start()
number = 1
try:
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "/quit":
            break
        if len(line.encode()) > 1180:
            print("This is too long.")
        elif line:
            say(number, line)
            number += 1
except KeyboardInterrupt:
    pass
udp.send(b"BYE")
os._exit(0)
