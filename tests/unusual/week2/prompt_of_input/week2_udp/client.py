"""A wordy prompt by input(): the line on the screen is always being written to."""

import queue
import re
import socket
import sys
import threading


def receive(udp, server, replies):
    ids = set()
    while True:
        data, sender = udp.recvfrom(1500)
        if sender != server:
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        parts = text.split(" ", 3)
        if parts[0] == "MSG":
            if len(parts) < 4 or not parts[1].isdecimal():
                continue
            if parts[1] not in ids:
                ids.add(parts[1])
                print(f"\n{parts[2]}: {parts[3]}\nyour message, please: ", end="", flush=True)
            udp.sendto(f"GOT {parts[1]}".encode(), server)
        else:
            replies.put(parts)


def request(udp, server, replies, text, expected, tries=20):
    for _ in range(tries):
        udp.sendto(text.encode("utf-8", "replace"), server)
        try:
            while True:
                parts = replies.get(timeout=0.25)
                if parts[: len(expected)] == expected or parts[0] == "ERROR":
                    return parts
        except queue.Empty:
            continue
    raise TimeoutError("the server does not reply")


def run(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", 0))
    server = (socket.gethostbyname(host), port)
    replies = queue.Queue()
    threading.Thread(target=receive, args=(udp, server, replies), daemon=True).start()
    reply = request(udp, server, replies, f"HELLO {name}", ["WELCOME", name])
    if reply[0] == "ERROR":
        raise OSError(" ".join(reply[1:]))
    number = 1
    try:
        while (line := input("your message, please: ")) != "/quit":
            text = f"SAY {number} {line}"
            if len(text.encode("utf-8", "replace")) > 1200:
                print(f"*** {len(text)} characters: that cannot be sent at once! ***")
            elif line:
                reply = request(udp, server, replies, text, ["OK", str(number)])
                number += 1
    except (EOFError, KeyboardInterrupt):
        print()
    try:
        request(udp, server, replies, "BYE", ["BYE"], 4)
    except (TimeoutError, KeyboardInterrupt):
        pass


if __name__ == "__main__":
    try:
        host, port, name = sys.argv[1:]
        if not 1 <= int(port) <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        run(host, int(port), name)
    except OSError as error:
        print(f"Sorry: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        pass
