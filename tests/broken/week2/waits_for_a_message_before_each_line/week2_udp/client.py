"""Chat client with one thread: it waits for a message, prints it, and looks at the keyboard then."""
import re
import socket
import sys

if (
    len(sys.argv) != 4
    or not sys.argv[2].isdecimal()
    or not 0 < int(sys.argv[2]) < 65536
    or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", sys.argv[3])
):
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)
host, port, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(0.25)
seen = set()


def ask(text, answer):
    for _ in range(20):
        s.sendto(text.encode(), (host, port))
        try:
            reply = s.recvfrom(2048)[0].decode(errors="replace")
        except TimeoutError:
            continue
        if reply == answer:
            return
        if reply.startswith("ERROR"):
            sys.exit(reply)
        show(reply)
    sys.exit("no answer")


def show(text):
    match = re.fullmatch(r"MSG ([0-9]+) (\S+) (.*)", text)
    if match:
        if match[1] not in seen:
            seen.add(match[1])
            print(f"{match[2]}: {match[3]}")
        s.sendto(f"GOT {match[1]}".encode(), (host, port))


ask(f"HELLO {name}", f"WELCOME {name}")
number = 1
while True:
    try:
        show(s.recvfrom(2048)[0].decode(errors="replace"))
    except TimeoutError:
        continue
    line = input("> ")
    if line == "/quit":
        break
    ask(f"SAY {number} {line}", f"OK {number}")
    number += 1
s.sendto(b"BYE", (host, port))
