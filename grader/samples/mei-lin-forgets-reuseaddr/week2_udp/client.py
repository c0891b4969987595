"""
UDP chat client for Lab 5, week 2
Mei Lin
"""

import queue
import re
import socket
import sys
import threading


def check_port(text):
    """Gives the port as a number, or None if it is not a good one."""
    try:
        port = int(text)
    except ValueError:
        return None
    if 1 <= port <= 65535:
        return port
    return None


def check_name(text):
    return re.fullmatch(r"[A-Za-z0-9_-]{1,20}", text) is not None


def say_hello(udp, name):
    """Returns None if we are welcome, or else why not."""
    udp.settimeout(0.25)
    for _ in range(20):
        try:
            udp.send(f"HELLO {name}".encode())
            answer = udp.recv(2048).decode(errors="replace")
        except TimeoutError:
            continue
        except ConnectionRefusedError:
            return "there is no server"
        if answer == f"WELCOME {name}":
            udp.settimeout(None)
            return None
        if answer.startswith("ERROR"):
            return answer
    return "the server does not answer"


def listen(udp, oks):
    """Second thread: prints messages."""
    printed = set()
    while True:
        try:
            text = udp.recv(2048).decode()
            kind, rest = text.split(" ", 1)
            if kind == "MSG":
                number, name, said = rest.split(" ", 2)
                if number not in printed:
                    print(f"{name}: {said}", flush=True)
                    printed.add(number)
                udp.send(f"GOT {number}".encode())
            elif kind == "OK":
                oks.put(int(rest))
        except (ValueError, ConnectionRefusedError):
            pass


def chat(udp, oks):
    number = 0
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "/quit":
            break
        if not line:
            continue
        number += 1
        udp.send(f"SAY {number} {line}".encode())
        try:
            while oks.get(timeout=1) != number:
                pass
        except queue.Empty:
            print("(maybe this line got lost, please type it again)")


def main():
    if len(sys.argv) != 4 or check_port(sys.argv[2]) is None or not check_name(sys.argv[3]):
        print("Usage: python lab5/week2_udp/client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect((sys.argv[1], check_port(sys.argv[2])))
        problem = say_hello(udp, sys.argv[3])
        if problem:
            print(f"Error: {problem}", file=sys.stderr)
            sys.exit(1)
        oks = queue.Queue()
        threading.Thread(target=listen, args=(udp, oks), daemon=True).start()
        try:
            chat(udp, oks)
        except KeyboardInterrupt:
            pass
        udp.send(b"BYE")


if __name__ == "__main__":
    main()
