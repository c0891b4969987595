"""Asks all the time, and never waits: is there a datagram? a key? is it time? One thread, and a whole processor."""

import os
import re
import select
import socket
import sys
import time


class Poller:
    def __init__(self, server, name):
        self.server, self.name = server, name
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setblocking(False)
        self.ids, self.typed, self.number = set(), b"", 1
        self.todo, self.tries, self.last = [f"HELLO {name}"], 0, 0.0
        self.joined = self.ending = False

    def send(self, text):
        try:
            self.udp.sendto(text.encode(errors="replace"), self.server)
        except OSError:
            pass

    def network(self):
        try:
            data, sender = self.udp.recvfrom(2048)
        except BlockingIOError:
            return None
        except OSError:
            return None
        if sender != self.server:
            return None
        try:
            return data.decode()
        except UnicodeDecodeError:
            return None

    def keyboard(self):
        """A line, "" where there is none yet, and None at the end."""
        if b"\n" not in self.typed and select.select([0], [], [], 0)[0]:
            data = os.read(0, 1024)
            if not data:
                return None
            self.typed += data
        line, newline, rest = self.typed.partition(b"\n")
        if not newline:
            return ""
        self.typed = rest
        return None if line == b"/quit" else line.decode(errors="replace")

    def run(self):
        while True:
            if self.todo and time.monotonic() - self.last > 0.25:
                if self.tries == (4 if self.todo[0] == "BYE" else 20):
                    return 0 if self.todo[0] == "BYE" else "nobody is there"
                self.send(self.todo[0])
                self.tries, self.last = self.tries + 1, time.monotonic()
            text = self.network()
            if text and text.startswith("MSG "):
                self.message(text.split(" ", 3))
            elif text and self.todo:
                result = self.answer(text)
                if result is not None:
                    return result
            if self.joined and not self.ending:
                self.say(self.keyboard())

    def message(self, fields):
        if len(fields) == 4 and fields[1].isdecimal():
            if fields[1] not in self.ids:
                self.ids.add(fields[1])
                print(f"{fields[2]}: {fields[3]}", flush=True)
            self.send(f"GOT {fields[1]}")

    def answer(self, text):
        verb, *fields = self.todo[0].split(" ")
        wanted = {"HELLO": f"WELCOME {self.name}", "SAY": f"OK {fields[0] if fields else ''}", "BYE": "BYE"}[verb]
        if text.startswith("ERROR "):
            if not self.joined:
                return f"the server says {text}"
            print(text, flush=True)
        elif text != wanted:
            return None
        self.joined = True
        self.todo.pop(0)
        self.tries, self.last = 0, 0.0
        return 0 if verb == "BYE" else None

    def say(self, line):
        text = f"SAY {self.number} {line}"
        if line is None:
            self.ending = True
            self.todo.append("BYE")
        elif len(text.encode(errors="replace")) > 1200:
            print("There is no datagram for a line of this length.", flush=True)
        elif line:
            self.todo.append(text)
            self.number += 1


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not words[1].isdecimal() or not 1 <= int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        poller = Poller((socket.gethostbyname(words[0]), int(words[1])), words[2])
        try:
            sys.exit(poller.run())
        except KeyboardInterrupt:
            if poller.joined:
                poller.send("BYE")
    except OSError as error:
        sys.exit(f"{error}")
