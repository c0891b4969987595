"""The first wait takes a sixth of a second, the second two sixths, the twelfth two seconds."""

import re
import socket
import sys
import threading

STEP = 1 / 6
TRIES = 12


class Mailbox:
    """One answer at a time, with a lock that is handed over."""

    def __init__(self):
        self.full = threading.Semaphore(0)
        self.letters = []

    def put(self, letter):
        self.letters.append(letter)
        self.full.release()

    def get(self, seconds):
        return self.letters.pop(0) if self.full.acquire(timeout=seconds) else None


def deliver(udp, server, box):
    printed = set()
    while True:
        data, sender = udp.recvfrom(8192)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            continue
        if sender != server:
            continue
        kind, _, rest = text.partition(" ")
        if kind != "MSG":
            box.put(text)
            continue
        number, _, rest = rest.partition(" ")
        name, _, said = rest.partition(" ")
        if not number.isdecimal() or not name or not said:
            continue
        if number not in printed:
            printed.add(number)
            sys.stdout.write(name + ": " + said + "\n")
            sys.stdout.flush()
        udp.sendto(("GOT " + number).encode(), server)


def insist(udp, server, box, text, answer, tries=TRIES):
    for attempt in range(1, tries + 1):
        udp.sendto(text.encode(errors="replace"), server)
        while (came := box.get(STEP * attempt)) is not None:
            if came == answer:
                return True
            if came.startswith("ERROR "):
                print("server:", came[6:], file=sys.stderr)
                return text.startswith("SAY")
    print("nobody answers", file=sys.stderr)
    return None


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("0.0.0.0", 0))
    server = (socket.gethostbyname(host), port)
    box = Mailbox()
    threading.Thread(target=deliver, args=(udp, server, box), daemon=True).start()
    if not insist(udp, server, box, "HELLO " + name, "WELCOME " + name):
        return 1
    number = 1
    try:
        while True:
            line = sys.stdin.readline()
            if not line or line == "/quit\n":
                break
            text = f"SAY {number} {line[:-1]}"
            if len(text.encode(errors="replace")) > 1200:
                print("cannot send", len(text), "characters at once", file=sys.stderr)
            elif line != "\n":
                if not insist(udp, server, box, text, f"OK {number}"):
                    return 1
                number += 1
    except KeyboardInterrupt:
        pass
    udp.sendto(b"BYE", server)
    return 0


if __name__ == "__main__":
    args = sys.argv[1:]
    if len(args) != 3 or not args[1].isdecimal() or not 1 <= int(args[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if re.search("[^A-Za-z0-9_-]", args[2]) or not 1 <= len(args[2]) <= 20:
        print("usage: client.py HOST PORT NAME -- this NAME will not do", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(args[0], int(args[1]), args[2]))
    except KeyboardInterrupt:
        sys.exit(0)
    except OSError as error:
        sys.exit(str(error))
