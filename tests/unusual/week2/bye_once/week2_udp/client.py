"""Says BYE once, does not wait for an answer, and is gone by os._exit; a signal handler does the same."""

import os
import re
import signal
import socket
import sys
import threading
from queue import Empty, SimpleQueue

answers = SimpleQueue()
seen = {}


def hear(udp):
    while True:
        try:
            said = udp.recv(9000)
        except OSError:
            continue
        kind, _, rest = said.partition(b" ")
        if kind != b"MSG":
            answers.put(said)
            continue
        try:
            number, name, text = rest.decode().split(" ", 2)
            seen_before = seen.setdefault(int(number), 0)
        except ValueError:
            continue
        seen[int(number)] += 1
        if not seen_before:
            sys.stdout.write(f"{name}: {text}\n")
            sys.stdout.flush()
        try:
            udp.send(b"GOT " + number.encode())
        except OSError:
            pass


def ask(udp, request, answer):
    for _ in range(20):
        try:
            udp.send(request)
        except OSError:
            pass
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith(b"ERROR "):
                    return came.decode(errors="replace")
            return ""
        except Empty:
            pass
    return leave(udp, 1, "The server has not answered in five seconds.")


def leave(udp, status=0, why=""):
    if why:
        print(why, file=sys.stderr, flush=True)
    else:
        try:
            udp.send(b"BYE")
        except OSError:
            pass
    os._exit(status)


def main():
    if len(sys.argv) != 4 or not sys.argv[2].isdecimal() or int(sys.argv[2]) not in range(1, 65536):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        os._exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        os._exit(2)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.connect((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        leave(udp, 1, str(error))
    signal.signal(signal.SIGINT, lambda number, frame: leave(udp))
    threading.Thread(target=hear, args=(udp,), daemon=True).start()
    name = sys.argv[3].encode()
    if why := ask(udp, b"HELLO " + name, b"WELCOME " + name):
        leave(udp, 1, why)
    number = 1
    for line in sys.stdin.buffer:
        line = line[:-1] if line.endswith(b"\n") else line
        request = b"SAY %d %s" % (number, line)
        if line == b"/quit":
            break
        if len(request) > 1200:
            sys.stdout.write("One datagram is all you have for a line.\n")
            sys.stdout.flush()
        elif line:
            ask(udp, request, b"OK %d" % number)
            number += 1
    leave(udp)


main()
