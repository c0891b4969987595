#!/usr/bin/env python3
"""Chat client, one loop, no threads. Lines are not held up by each other: every SAY has its own timer (window of 8)."""

import os
import re
import selectors
import socket
import sys
from collections import deque
from time import monotonic

USAGE = "usage: client.py HOST PORT NAME"
WINDOW = 8
EVERY = 0.25
TRIES = {"HELLO": 20, "SAY": 20, "BYE": 5}


class GiveUp(Exception):
    """Ends the program with a message."""


class InFlight:
    """A datagram that waits for its answer."""

    def __init__(self, text):
        self.text = text
        self.verb = text.split(" ", 1)[0]
        self.tries = 0
        self.due = 0.0


class Client:
    def __init__(self, address, name):
        self.address = address
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        # not DefaultSelector: epoll refuses a stdin that is a file
        self.sel = selectors.SelectSelector()
        self.sel.register(self.sock, selectors.EVENT_READ, self.on_socket)
        self.name = name
        self.flying = {f"WELCOME {name}": InFlight(f"HELLO {name}")}  # answer -> request
        self.backlog = deque()
        self.partial = b""
        self.count = 0
        self.printed = set()
        self.eof = False
        self.done = False

    # -- out

    def put(self, text):
        try:
            self.sock.sendto(text.encode(), self.address)
        except OSError:
            pass  # EAGAIN, ECONNREFUSED: like a loss

    def on_tick(self):
        now = monotonic()
        for item in list(self.flying.values()):
            if item.due > now:
                continue
            if item.tries == TRIES[item.verb]:
                if item.verb == "BYE":
                    self.done = True
                    return
                raise GiveUp(f"no answer to {item.verb} after {item.tries} tries")
            item.tries += 1
            item.due = now + EVERY
            self.put(item.text)

    def fill_window(self):
        while self.backlog and len(self.flying) < WINDOW:
            self.count += 1
            self.flying[f"OK {self.count}"] = InFlight(f"SAY {self.count} {self.backlog.popleft()}")
        if self.eof and not self.flying and not self.backlog:
            self.flying["BYE"] = InFlight("BYE")

    # -- in

    def on_socket(self):
        try:
            data, sender = self.sock.recvfrom(2048)
            text = data.decode()
        except (OSError, UnicodeDecodeError):
            return
        if sender != self.address:
            return
        if text in self.flying:
            verb = self.flying.pop(text).verb
            if verb == "HELLO":
                self.sel.register(0, selectors.EVENT_READ, self.on_keyboard)
            self.done = verb == "BYE"
        elif text.startswith("MSG "):
            self.on_message(text.split(" ", 3))
        elif text.startswith("ERROR "):
            if any(item.verb == "HELLO" for item in self.flying.values()):
                raise GiveUp(f"server says: {text[6:]}")
            print(f"[{text}]", file=sys.stderr)
            # no idea which SAY was meant; the too long ones are the only ones it may refuse
            for answer, item in list(self.flying.items()):
                if item.verb == "SAY" and len(item.text) == max(len(i.text) for i in self.flying.values()):
                    del self.flying[answer]
                    break

    def on_message(self, fields):
        if len(fields) < 4 or not fields[1].isdecimal():
            return
        _, ident, who, text = fields
        if ident not in self.printed:
            print(f"{who}: {text}", flush=True)
            self.printed.add(ident)
        self.put(f"GOT {ident}")

    def on_keyboard(self):
        data = os.read(0, 4096)
        *lines, self.partial = (self.partial + data).split(b"\n")
        if not data:
            lines, self.partial = ([self.partial] if self.partial else []), b""
        for line in lines:
            text = line.decode(errors="replace")
            if text == "/quit":
                return self.stop_reading()
            number = self.count + len(self.backlog) + 1
            if len(f"SAY {number} {text}".encode()) > 1200:
                print(f"[too long, {len(text)} characters, not sent]", flush=True)
            elif text:
                self.backlog.append(text)
        if not data:
            self.stop_reading()

    def stop_reading(self):
        if not self.eof and 0 in self.sel.get_map():
            self.sel.unregister(0)
        self.eof = True

    # -- loop

    def spin(self):
        while not self.done:
            self.fill_window()
            self.on_tick()
            next_due = min((item.due for item in self.flying.values()), default=None)
            for key, _ in self.sel.select(None if next_due is None else max(0, next_due - monotonic())):
                key.data()

    def run(self):
        while not self.done:
            try:
                self.spin()
            except KeyboardInterrupt:
                if self.eof or f"WELCOME {self.name}" in self.flying:
                    return  # twice, or not even in: just go
                self.stop_reading()


def main():
    try:
        _, host, port, name = sys.argv
        port = int(port)
        if not 1 <= port <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        Client((socket.gethostbyname(host), port), name).run()
    except socket.gaierror as err:
        print(f"client: {host}: {err.strerror}", file=sys.stderr)
        return 1
    except GiveUp as err:
        print(f"client: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
