"""UDP chat client for lab 5, week 2.

    python lab5/week2_udp/client.py localhost 9000 nina
    python lab5/week2_udp/client.py --help
"""

import argparse
import re
import socket
import sys
import threading
import time
from contextlib import suppress

MAX_DATAGRAM = 1200
INTERVAL = 0.25
MAX_TRIES = 20


class Refused(Exception):
    """The server answered ERROR."""


class NoAnswer(Exception):
    """The server did not answer at all."""


class Connection:
    """Not a real one, of course. One request at a time, repeated until it is answered."""

    def __init__(self, host, port):
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        self.socket = socket.socket(family, kind, proto)
        self.socket.connect(address)
        self.lock = threading.Lock()
        self.expected = None
        self.answer = None
        self.answered = threading.Event()
        self.seen = set()

    def send(self, text):
        with suppress(ConnectionError):
            self.socket.send(text.encode(errors="replace"))

    def request(self, text, expected, tries=MAX_TRIES):
        with self.lock:
            self.expected, self.answer = expected, None
            self.answered.clear()
        for _ in range(tries):
            self.send(text)
            if self.answered.wait(INTERVAL):
                break
        with self.lock:
            self.expected = None
            answer = self.answer
        if answer is None:
            raise NoAnswer(f"no answer to {text.split()[0]} after {tries} tries")
        if answer != expected:
            raise Refused(answer)

    def receive_forever(self):
        while True:
            try:
                text = self.socket.recv(4096).decode()
            except ConnectionError:
                time.sleep(0.05)
                continue
            except UnicodeDecodeError:
                continue
            if match := re.fullmatch(r"MSG (\d+) (\S+) (.*)", text, re.DOTALL):
                self.show(*match.groups())
            else:
                self.take_answer(text)

    def show(self, number, name, text):
        if number not in self.seen:
            print(f"{name}: {text}", flush=True)
            self.seen.add(number)
        self.send(f"GOT {number}")

    def take_answer(self, text):
        with self.lock:
            if self.expected is not None and (text == self.expected or text.startswith("ERROR ")):
                self.answer = text
                self.expected = None
                self.answered.set()


def port_number(text):
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not from 1 to 65535")
    return number


def chat_name(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", text):
        raise argparse.ArgumentTypeError("1 to 20 letters, digits, _ or -")
    return text


def parse_args():
    parser = argparse.ArgumentParser(description="Chats over UDP. Leave with /quit or Ctrl-D.")
    parser.add_argument("host", metavar="HOST")
    parser.add_argument("port", metavar="PORT", type=port_number, help="1 to 65535")
    parser.add_argument("name", metavar="NAME", type=chat_name, help="who you want to be")
    return parser.parse_args()


def requests(lines):
    """The SAY requests for lines from the keyboard, as (number, request)."""
    number = 1
    for line in lines:
        line = line.rstrip("\n")
        if line == "/quit":
            return
        request = f"SAY {number} {line}"
        if len(request.encode(errors="replace")) > MAX_DATAGRAM:
            print(f"[not sent: more than {MAX_DATAGRAM} bytes]", file=sys.stderr)
        elif line:
            yield number, request
            number += 1


def main():
    args = parse_args()
    try:
        connection = Connection(args.host, args.port)
    except OSError as error:
        sys.exit(f"Cannot find {args.host}: {error}")
    threading.Thread(target=connection.receive_forever, daemon=True).start()
    try:
        connection.request(f"HELLO {args.name}", f"WELCOME {args.name}")
        for number, request in requests(sys.stdin):
            try:
                connection.request(request, f"OK {number}")
            except Refused as error:
                print(f"[not delivered: {error}]", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    except (Refused, NoAnswer) as error:
        sys.exit(f"{args.host} port {args.port}: {error}")
    with suppress(Refused, NoAnswer, KeyboardInterrupt):
        connection.request("BYE", "BYE", tries=3)


if __name__ == "__main__":
    main()
