"""Chat client that does not print who has said it."""
import queue
import re
import socket
import sys
import threading
import time


def usage():
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    sys.exit(2)


def receiver(sock, server, inbox):
    seen = set()
    while True:
        try:
            data, address = sock.recvfrom(2048)
            text = data.decode()
        except (OSError, UnicodeDecodeError):
            continue
        if address != server:
            continue
        parts = text.split(" ", 3)
        if parts[0] != "MSG":
            inbox.put(text)
        elif len(parts) == 4 and parts[1].isdecimal():
            if parts[1] not in seen:
                seen.add(parts[1])
                print(parts[3], flush=True)
            sock.sendto(("GOT " + parts[1]).encode(), server)


def request(sock, server, inbox, text, answer, tries=20):
    for attempt in range(tries):
        sock.sendto(text.encode(), server)
        deadline = time.time() + 0.25
        while time.time() < deadline:
            try:
                reply = inbox.get(timeout=max(0, deadline - time.time()))
            except queue.Empty:
                break
            if reply == answer:
                return True
            if reply.startswith("ERROR "):
                print("The server says:", reply[6:], file=sys.stderr)
                return False
    sys.exit("The server does not answer.")


def main():
    if len(sys.argv) != 4:
        usage()
    host, port, name = sys.argv[1:]
    if not port.isdecimal() or not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
        usage()
    server = (socket.gethostbyname(host), int(port))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    inbox = queue.Queue()
    sock.bind(("", 0))
    threading.Thread(target=receiver, args=(sock, server, inbox), daemon=True).start()
    if not request(sock, server, inbox, f"HELLO {name}", f"WELCOME {name}"):
        sys.exit(1)
    number = 0
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            if line == "":
                continue
            text = f"SAY {number + 1} {line}"
            if len(text.encode()) > 1200:
                print("That line is too long, sorry.")
                continue
            number += 1
            request(sock, server, inbox, text, f"OK {number}")
    except KeyboardInterrupt:
        pass
    for attempt in range(3):
        sock.sendto(b"BYE", server)
        try:
            if inbox.get(timeout=0.25) == "BYE":
                break
        except queue.Empty:
            pass


if __name__ == "__main__":
    main()
