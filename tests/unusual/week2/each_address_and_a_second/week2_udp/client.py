"""Ten HELLOs, one second apart, to each address of HOST; then the next address has its turn."""

import queue
import re
import socket
import sys
import threading

HELLO_PAUSE, HELLO_TRIES = 1.0, 10
PAUSE, TRIES = 0.25, 20


def main(host, port, name):
    for family, kind, address in addresses(host, port):
        udp = socket.socket(family, kind)
        answers = queue.Queue()
        threading.Thread(target=listen, args=(udp, address, answers), daemon=True).start()
        came = ask(udp, address, answers, f"HELLO {name}", f"WELCOME {name}", HELLO_TRIES, HELLO_PAUSE)
        if came and came.startswith("ERROR"):
            return f"not welcome: {came}"
        if came:
            return chat(udp, address, answers)
    return f"{host} has no address at which somebody answers"


def addresses(host, port):
    """Those of IPv6 first."""
    for family in socket.AF_INET6, socket.AF_INET:
        try:
            for _, kind, _, _, address in socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM):
                yield family, kind, address
        except socket.gaierror:
            pass


def chat(udp, address, answers):
    number = 1
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("Your text exceeds the size of a datagram.", flush=True)
            elif line:
                came = ask(udp, address, answers, text, f"OK {number}")
                if came is None:
                    return "the server has fallen silent"
                number += 1
    except KeyboardInterrupt:
        pass
    try:
        ask(udp, address, answers, "BYE", "BYE", 3)
    except KeyboardInterrupt:
        pass
    return 0


def ask(udp, address, answers, text, answer, tries=TRIES, pause=PAUSE):
    for _ in range(tries):
        udp.sendto(text.encode(errors="replace"), address)
        try:
            while True:
                came = answers.get(timeout=pause)
                if came == answer or came.startswith("ERROR "):
                    return came
        except queue.Empty:
            pass
    return None


def listen(udp, address, answers):
    printed = set()
    while True:
        try:
            data, sender = udp.recvfrom(2048)
            text = data.decode()
        except (OSError, UnicodeDecodeError):
            continue
        if sender != address:
            continue
        message = re.fullmatch(r"MSG (\d+) (\S+) (.*)", text, re.ASCII | re.DOTALL)
        if not message:
            answers.put(text)
            continue
        if message[1] not in printed:
            printed.add(message[1])
            print(f"{message[2]}: {message[3]}", flush=True)
        udp.sendto(f"GOT {message[1]}".encode(), address)


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not words[1].isdecimal() or not 1 <= int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME (this is no name)", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(words[0], int(words[1]), words[2]))
    except KeyboardInterrupt:
        sys.exit(0)
    except OSError as error:
        sys.exit(str(error))
