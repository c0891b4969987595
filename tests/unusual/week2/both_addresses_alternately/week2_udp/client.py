"""Says HELLO to the addresses of HOST by turns, 20 times in all, and talks to the one that answers first."""

import itertools
import queue
import re
import select
import socket
import sys
import threading


def main(host, port, name):
    doors = []
    for family, kind, _, _, address in addresses(host, port, socket.AF_INET) + addresses(host, port, socket.AF_INET6):
        try:
            udp = socket.socket(family, kind)
            udp.connect(address)
            doors.append(udp)
        except OSError:
            continue
    if not doors:
        return f"{host} cannot be reached from here"
    hello, welcome = f"HELLO {name}".encode(), f"WELCOME {name}".encode()
    for _, door in zip(range(20), itertools.cycle(doors)):
        try:
            door.send(hello)
        except OSError:
            pass
        for udp in select.select(doors, [], [], 0.25)[0]:
            try:
                came = udp.recv(2048)
            except OSError:
                continue
            if came == welcome:
                return chat(udp)
            if came.startswith(b"ERROR "):
                return came.decode(errors="replace")
    return f"{host} does not answer at any address"


def addresses(host, port, family):
    try:
        return socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
    except socket.gaierror:
        return []


def chat(udp):
    answers = queue.Queue()
    threading.Thread(target=listen, args=(udp, answers), daemon=True).start()
    number = 1
    try:
        while (line := sys.stdin.readline()) not in ("", "/quit\n"):
            text = f"SAY {number} {line.rstrip()}".encode(errors="replace")
            if len(text) > 1200:
                print("That was too long and has been dropped.", file=sys.stderr)
                continue
            if not line.strip():
                continue
            if not ask(udp, answers, text, f"OK {number}".encode()):
                return "There is no answer any more."
            number += 1
    except KeyboardInterrupt:
        pass
    ask(udp, answers, b"BYE", b"BYE", 4)
    return 0


def ask(udp, answers, text, answer, tries=20):
    for _ in range(tries):
        try:
            udp.send(text)
        except OSError:
            pass
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith(b"ERROR "):
                    print(came.decode(errors="replace"), file=sys.stderr)
                    return True
            return True
        except queue.Empty:
            continue
    return False


def listen(udp, answers):
    printed = set()
    while True:
        try:
            came = udp.recv(2048)
            if not came.startswith(b"MSG "):
                answers.put(came)
                continue
            _, id, name, text = came.decode().split(" ", 3)
            int(id)
            if id not in printed:
                print(f"{name}: {text}", flush=True)
                printed.add(id)
            udp.send(f"GOT {id}".encode())
        except (OSError, ValueError):
            pass


if __name__ == "__main__":
    if (
        len(sys.argv) == 4
        and re.fullmatch(r"[1-9]\d{0,4}", sys.argv[2])
        and int(sys.argv[2]) < 65536
        and re.fullmatch(r"[a-zA-Z0-9_-]{1,20}", sys.argv[3])
    ):
        try:
            sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
        except OSError as error:
            sys.exit(f"{error}")
        except KeyboardInterrupt:
            sys.exit(0)
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)
