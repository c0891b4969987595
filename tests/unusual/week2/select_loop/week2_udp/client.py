"""One loop around select(), no thread at all: the clock is the loop's timeout."""

import os
import re
import select
import socket
import sys
import time


def usage():
    print("usage: client.py HOST PORT NAME", file=sys.stderr)
    raise SystemExit(2)


def main():
    if len(sys.argv) != 4:
        usage()
    host, port, name = sys.argv[1:]
    if not re.fullmatch("[1-9][0-9]{0,4}", port) or int(port) > 65535:
        usage()
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
        usage()
    try:
        server = (socket.gethostbyname(host), int(port))
    except OSError as error:
        sys.exit(f"{host}: {error}")
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    queue = [(f"HELLO {name}", f"WELCOME {name}")]
    tries, due = 0, 0.0
    number = 0
    seen = set()
    typed = b""
    reading = False  # only after WELCOME
    ended = False
    while True:
        if not queue and ended:
            return
        now = time.monotonic()
        if queue and now >= due:
            limit = 5 if queue[0][0] == "BYE" else 20
            if tries == limit:
                if queue[0][0] == "BYE":
                    return
                sys.exit(f"no answer from {host}:{port}")
            udp.sendto(queue[0][0].encode(errors="replace"), server)
            tries, due = tries + 1, now + 0.25
        sources = [udp, 0] if reading and not ended else [udp]
        try:
            ready, _, _ = select.select(sources, [], [], max(0.0, due - now) if queue else None)
            if udp in ready:
                data, sender = udp.recvfrom(2048)
                if sender == server:
                    try:
                        text = data.decode()
                    except UnicodeDecodeError:
                        continue
                    match text.split(" ", 3):
                        case ["MSG", id, who, said] if id.isdecimal():
                            if id not in seen:
                                print(f"{who}: {said}", flush=True)
                                seen.add(id)
                            udp.sendto(f"GOT {id}".encode(), server)
                        case ["ERROR", *_] if queue and queue[0][0].startswith("HELLO"):
                            sys.exit(f"refused: {text}")
                        case ["ERROR", *_] if queue:
                            print(f"({text})", file=sys.stderr)
                            queue.pop(0)
                            tries, due = 0, 0.0
                        case _ if queue and text == queue[0][1]:
                            reading = True
                            queue.pop(0)
                            tries, due = 0, 0.0
            if 0 in ready:
                data = os.read(0, 4096)
                lines = (typed + data).split(b"\n")
                typed = lines.pop()
                for line in lines:
                    if ended or not line:
                        continue
                    if line == b"/quit":
                        data = b""
                        break
                    request = f"SAY {number + 1} {line.decode(errors='replace')}"
                    if len(request.encode()) > 1200:
                        print("** that is more than a datagram can carry; it was not sent **", flush=True)
                        continue
                    number += 1
                    queue.append((request, f"OK {number}"))
                if not data:
                    ended = True
                    queue.append(("BYE", "BYE"))
        except KeyboardInterrupt:
            if ended or not reading:
                return
            ended = True
            queue.append(("BYE", "BYE"))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
