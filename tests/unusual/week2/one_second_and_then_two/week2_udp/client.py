"""The longest waits that the handout allows: a second after the first try, two after each of the others."""

import re
import socket
import sys
import threading
import time

TRIES = 10


def pauses():
    yield 1.0
    while True:
        yield 2.0


class Server:
    def __init__(self, host, port):
        info = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        self.socket = socket.socket(info[0], info[1])
        self.socket.connect(info[4])
        self.event = threading.Event()
        self.wanted, self.came = None, None
        self.had = set()
        threading.Thread(target=self.listen, daemon=True).start()

    def say(self, text):
        try:
            self.socket.send(text.encode(errors="replace"))
        except ConnectionError:
            pass

    def listen(self):
        while True:
            try:
                text = self.socket.recv(2048).decode()
            except (ConnectionError, UnicodeDecodeError):
                continue
            if text == self.wanted or (text.startswith("ERROR ") and self.wanted):
                self.came, self.wanted = text, None
                self.event.set()
                continue
            parts = text.split(" ", 3)
            if parts[0] == "MSG" and len(parts) == 4 and parts[1].isdigit():
                if parts[1] not in self.had:
                    print(f"{parts[2]}: {parts[3]}", flush=True)
                self.had.add(parts[1])
                self.say(f"GOT {parts[1]}")

    def ask(self, text, wanted, tries=TRIES):
        self.event.clear()
        self.wanted = wanted
        for _, pause in zip(range(tries), pauses()):
            self.say(text)
            if self.event.wait(pause):
                return self.came
        self.wanted = None
        raise TimeoutError(f"{tries} tries, and no answer")


def main():
    try:
        host, port, name = sys.argv[1:]
        port = int(port)
        if port not in range(1, 65536) or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        server = Server(host, port)
        answer = server.ask(f"HELLO {name}", f"WELCOME {name}")
        if answer.startswith("ERROR"):
            sys.exit(f"No entry: {answer}")
        number = 1
        try:
            for line in map(str.rstrip, sys.stdin):
                if line == "/quit":
                    break
                text = f"SAY {number} {line}"
                if len(text.encode(errors="replace")) > 1200:
                    print("(this line is too long, nobody will see it)", flush=True)
                elif line:
                    answer = server.ask(text, f"OK {number}")
                    if answer.startswith("ERROR"):
                        print(f"({answer})", flush=True)
                    number += 1
        except KeyboardInterrupt:
            pass
        began = time.monotonic()
        try:
            server.ask("BYE", "BYE", tries=3)
        except TimeoutError:
            print(f"(no goodbye in {time.monotonic() - began:.1f} seconds)")
    except KeyboardInterrupt:
        pass
    except OSError as error:
        sys.exit(f"Gone: {error}")


main()
