"""Chat client that takes an OK for that of the line that was said last."""
import os
import re
import select
import socket
import sys
import threading
import time

INTERVAL = 0.25
ATTEMPTS = 20

lock = threading.Lock()
pending = {}  # number of the line -> [datagram, attempts, time of the last]
messages = set()


def die(reason):
    sys.stderr.write(reason + "\n")
    sys.stderr.flush()
    os._exit(1)


def hello(sock, server, name):
    sock.settimeout(INTERVAL)
    for _ in range(ATTEMPTS):
        sock.sendto(f"HELLO {name}".encode(), server)
        try:
            data, who = sock.recvfrom(2048)
        except OSError:
            continue
        if who != server:
            continue
        if data == f"WELCOME {name}".encode():
            sock.settimeout(None)
            return
        if data.startswith(b"ERROR"):
            die("Could not join: " + data.decode(errors="replace"))
    die("No WELCOME came from the server.")


def listen(sock, server):
    while True:
        try:
            data, who = sock.recvfrom(2048)
        except OSError:
            continue
        if who != server:
            continue
        try:
            word, *rest = data.decode().split(" ", 3)
            number = int(rest[0])
            if word == "OK":
                with lock:
                    pending and pending.popitem()
            elif word == "MSG":
                name, text = rest[1], rest[2]
                if number not in messages:
                    print(f"{name}: {text}", flush=True)
                    messages.add(number)
                sock.sendto(f"GOT {number}".encode(), server)
        except (ValueError, IndexError):
            pass


def resend(sock, server):
    while True:
        time.sleep(0.05)
        now = time.monotonic()
        with lock:
            for entry in pending.values():
                if now - entry[2] < INTERVAL:
                    continue
                if entry[1] >= ATTEMPTS:
                    die("The server has not answered for a long time, I give up.")
                sock.sendto(entry[0], server)
                entry[1] += 1
                entry[2] = now


def keyboard(sock, server):
    """Lines that come together are said together, and looked after from then on."""
    number = 1
    while line := os.read(0, 4096).decode():  # one line: that is how a terminal gives them
        time.sleep(0.2)  # whoever pastes lines has pasted them all by then
        with lock:
            while True:
                line = line.rstrip("\r\n")
                if line == "/quit":
                    return
                datagram = f"SAY {number} {line}".encode()
                if len(datagram) > 1200:
                    print(f"Your line is too long by {len(datagram) - 1200} bytes.")
                elif line:
                    pending[number] = [datagram, 1, time.monotonic()]
                    sock.sendto(datagram, server)
                    number += 1
                if not select.select([0], [], [], 0)[0] or not (line := os.read(0, 4096).decode()):
                    break


def main():
    args = sys.argv[1:]
    if len(args) != 3 or not args[1].isdecimal() or not re.fullmatch("[A-Za-z0-9_-]{1,20}", args[2]):
        print("Usage: python client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    server = (socket.gethostbyname(args[0]), int(args[1]))
    if not 1 <= server[1] <= 65535:
        print("Usage: python client.py HOST PORT NAME (a PORT is 1 to 65535)", file=sys.stderr)
        sys.exit(2)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        hello(sock, server, args[2])
        threading.Thread(target=listen, args=(sock, server), daemon=True).start()
        threading.Thread(target=resend, args=(sock, server), daemon=True).start()
        keyboard(sock, server)
        while pending:
            time.sleep(0.02)
    except KeyboardInterrupt:
        pass
    sock.sendto(b"BYE", server)


main()
