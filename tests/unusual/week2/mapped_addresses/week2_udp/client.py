"""One socket for both worlds: IPv6, bound to a port of the system's choice, that reaches IPv4 as ::ffff:127.0.0.1."""

import ipaddress
import queue
import re
import socket
import sys
import threading

answers = queue.Queue(maxsize=100)


def listen(udp, server):
    seen = []  # the latest ids only: nobody repeats for more than some seconds
    while True:
        data, sender = udp.recvfrom(1 << 16)
        if sender[:2] != server:
            continue
        try:
            text = str(data, "utf-8")
        except UnicodeError:
            continue
        match text.split(" ", 3):
            case ["MSG", id, name, said] if id.isdecimal() and id.isascii():
                if int(id) not in seen:
                    print(f"{name}: {said}", flush=True)
                    seen.append(int(id))
                    del seen[:-2000]
                udp.sendto(b"GOT " + id.encode(), server)
            case ["WELCOME" | "OK" | "ERROR" | "BYE", *_]:
                try:
                    answers.put_nowait(text)
                except queue.Full:
                    pass


def ask(udp, server, text, wanted, tries):
    for _ in range(tries):
        udp.sendto(text, server)
        try:
            while (came := answers.get(timeout=0.4)) != wanted:
                if came.startswith("ERROR "):
                    return came
        except queue.Empty:
            continue
        return wanted
    return ""


def mapped(host):
    for info in socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM):
        address = ipaddress.ip_address(info[4][0])
        if address.version == 4:
            return f"::ffff:{address}"
    return info[4][0]


def main():
    try:
        _, host, port, name = sys.argv
        if not 0 < int(port) < 65536 or re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name) is None:
            raise ValueError(port)
    except ValueError:
        sys.stderr.write("usage: client.py HOST PORT NAME\n")
        sys.exit(2)
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    udp.bind(("::", 0))
    server = (mapped(host), int(port))
    threading.Thread(target=listen, args=(udp, server), daemon=True).start()
    came = ask(udp, server, b"HELLO " + name.encode(), f"WELCOME {name}", 12)
    if came != f"WELCOME {name}":
        sys.exit(came or "I hear nothing.")
    number = 0
    try:
        for line in sys.stdin.buffer:
            line = line.rstrip(b"\n")
            if line == b"/quit":
                break
            text = b"SAY %d %b" % (number + 1, line)
            if len(text) > 1200:
                print("Too much text for one datagram.", flush=True)
            elif line:
                number += 1
                came = ask(udp, server, text, f"OK {number}", 12)
                if not came:
                    sys.exit("I hear nothing any more.")
                if came.startswith("ERROR"):
                    print(came, flush=True)
    except KeyboardInterrupt:
        pass
    try:
        ask(udp, server, b"BYE", "BYE", 4)
    except KeyboardInterrupt:
        pass


try:
    main()
except KeyboardInterrupt:
    pass
except OSError as error:
    sys.exit(f"{error}")
