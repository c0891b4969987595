"""Keyboard and server in one loop around select(), each with a buffer for the line that has only begun."""

import os
import re
import selectors
import signal
import socket
import sys
import time

LONGEST = 512
KNOWN = {"/tell", "/create", "/join", "/part", "/room", "/rooms"}


class Leave(Exception):
    pass


def show(text):
    print(re.sub("[\x00-\x1f\x7f-\x9f]", "?", text), flush=True)


class Lines:
    def __init__(self):
        self.rest = b""

    def cut(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


class Client:
    def __init__(self, server):
        self.server = server
        self.typed, self.came = Lines(), Lines()
        self.waiting = []  # lines that were typed before the answer to LOGIN
        self.people = set()
        self.state = "asked"  # "asked", "said", "in"

    def send(self, line):
        data = line.encode(errors="replace") + b"\n"
        if len(data) > LONGEST:
            show("too long, not sent")
            return False
        self.server.sendall(data)
        return True

    def keyboard(self, line):
        word = line.split(" ")[0]
        if self.state == "said":
            self.waiting.append(line)
        elif line == "/quit":
            raise Leave
        elif self.state == "asked":
            if self.send(f"LOGIN {line}"):
                self.state = "said"
        elif word == "/who":
            show("there: " + ", ".join(sorted(self.people)))
        elif word in KNOWN:
            self.send(word[1:].upper() + line[len(word) :])
        elif word.startswith("/"):
            show(f"what is {word}?")
        elif line:
            self.send(f"ALL {line}")

    def network(self, line):
        if self.state == "in":
            self.news(line)
        elif re.fullmatch("OK LOGIN [^ ]+", line):
            self.state = "in"
        elif match := re.fullmatch("ERR 40[09] (.*)", line):
            show(match[1])
            print("name: ", end="", flush=True)
            self.state = "asked"
        else:
            sys.exit(f"this is not the chat of week 7: {line!r}")
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            self.keyboard(each)

    def news(self, line):
        if match := re.fullmatch("(ALL|FROM) ([^ ]+) (.+)", line):
            show(f"{match[2]}: {match[3]}" if match[1] == "ALL" else f">> {match[2]}: {match[3]} <<")
        elif match := re.fullmatch("ROOM ([^ ]+) ([^ ]+) (.+)", line):
            show(f"{match[1]} {match[2]}: {match[3]}")
        elif line.startswith("+ "):
            self.people.add(line[2:])
            show(f"{line[2:]} is there")
        elif line.startswith("- "):
            self.people.discard(line[2:])
            show(f"{line[2:]} is gone")
        elif line.startswith("USERS "):
            self.people = set(line.split(" ")[1:])
            show("there: " + ", ".join(sorted(self.people)))
        elif match := re.fullmatch("ERR [0-9]+ (.*)", line):
            show(f"!! {match[1]}")
        elif not line.startswith("OK"):
            show(line.lower())

    def run(self):
        print("name: ", end="", flush=True)
        with selectors.DefaultSelector() as selector:
            selector.register(0, selectors.EVENT_READ, (lambda: os.read(0, 4096), self.typed, self.keyboard))
            selector.register(
                self.server, selectors.EVENT_READ, (lambda: self.server.recv(4096), self.came, self.network)
            )
            while True:
                for key, _ in sorted(selector.select(), key=lambda found: found[0].fd, reverse=True):
                    read, lines, take = key.data
                    data = read()
                    if not data and take == self.keyboard:
                        raise Leave
                    if not data:
                        sys.exit("the server has ended the connection")
                    for line in lines.cut(data):
                        take(line)

    def leave(self):
        if self.state != "in":
            return
        end = time.monotonic() + 1
        self.server.settimeout(0.2)
        self.server.sendall(b"LOGOUT\n")
        while time.monotonic() < end:
            try:
                if not self.server.recv(4096):
                    return
            except TimeoutError:
                pass


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]+", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("usage: python client.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as server:
            client = Client(server)
            try:
                client.run()
            except (Leave, KeyboardInterrupt):
                client.leave()
    except OSError as error:
        sys.exit(f"no connection: {error}")


if __name__ == "__main__":
    main()
