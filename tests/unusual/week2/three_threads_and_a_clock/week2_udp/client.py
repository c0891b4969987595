"""Four threads: one listens, one types, one repeats by the clock, and the first waits for the end."""

import os
import queue
import re
import socket
import sys
import threading
import time

state = threading.Condition()
pending = {}  # number or word -> [datagram, tries, due]
failure = []
finished = threading.Event()


def listen(udp, server, name):
    ids = set()
    while True:
        try:
            data, sender = udp.recvfrom(2048)
        except OSError:
            continue
        if sender[:2] != server[:2]:
            continue
        try:
            fields = data.decode("utf-8").split(" ", 3)
        except UnicodeDecodeError:
            continue
        word = fields[0]
        if word == "MSG" and len(fields) == 4:
            try:
                id = int(fields[1])
            except ValueError:
                continue
            if id not in ids:
                ids.add(id)
                sys.stdout.write(f"{fields[2]}: {fields[3]}\n")
                sys.stdout.flush()
            udp.sendto(f"GOT {id}".encode(), server)
            continue
        with state:
            if word == "WELCOME" and fields[1:] == [name]:
                pending.pop("HELLO", None)
            elif word == "OK" and len(fields) == 2 and fields[1].isdecimal():
                pending.pop(int(fields[1]), None)
            elif word == "BYE":
                pending.pop("BYE", None)
            elif word == "ERROR" and "HELLO" in pending:
                give_up(f"The server does not want us: {' '.join(fields[1:])}")
            elif word == "ERROR":
                for number in [key for key in pending if isinstance(key, int)][:1]:
                    print("The server refuses a line:", *fields[1:], file=sys.stderr)
                    del pending[number]
            state.notify_all()


def clock(udp, server):
    while True:
        now = time.monotonic()
        with state:
            for key, entry in list(pending.items()):
                if entry[2] > now:
                    continue
                if entry[1] == 20:
                    give_up("Nobody has answered for 20 tries.")
                    break
                entry[1] += 1
                entry[2] = now + 0.25
                udp.sendto(entry[0], server)
        time.sleep(0.02)


def give_up(why):
    failure.append(why)
    finished.set()
    state.notify_all()


def ask(key, datagram):
    with state:
        pending[key] = [datagram, 0, 0.0]
        state.wait_for(lambda: key not in pending)


def keyboard(lines):
    for line in sys.stdin:
        lines.put(line.rstrip("\n"))
        if line == "/quit\n":
            break
    lines.put("/quit")


def talk(lines, name):
    ask("HELLO", f"HELLO {name}".encode())
    threading.Thread(target=keyboard, args=(lines,), daemon=True).start()
    number = 0
    while (line := lines.get()) != "/quit":
        datagram = f"SAY {number + 1} {line}".encode(errors="replace")
        if len(datagram) > 1200:
            print(f"A datagram holds 1200 bytes, and not {len(datagram)}.", file=sys.stderr)
        elif line:
            number += 1
            ask(number, datagram)
    finished.set()


def main():
    good = len(sys.argv) == 4 and sys.argv[2].isdecimal() and 0 < int(sys.argv[2]) <= 65535
    if not good or not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
        sys.stderr.write("usage: client.py HOST PORT NAME\n")
        os._exit(2)
    try:
        family, _, _, _, server = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), 0, socket.SOCK_DGRAM)[0]
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    udp = socket.socket(family, socket.SOCK_DGRAM)
    lines = queue.SimpleQueue()
    for job in [(listen, udp, server, sys.argv[3]), (clock, udp, server), (talk, lines, sys.argv[3])]:
        threading.Thread(target=job[0], args=job[1:], daemon=True).start()
    try:
        finished.wait()
        if not failure:
            with state:
                pending["BYE"] = [b"BYE", 0, 0.0]
                state.wait_for(lambda: "BYE" not in pending, timeout=1.2)
    except KeyboardInterrupt:
        udp.sendto(b"BYE", server)
    if failure:
        print(failure[0], file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1 if failure else 0)


main()
