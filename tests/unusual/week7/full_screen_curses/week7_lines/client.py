"""A full screen with curses: the chat scrolls in the upper part, the last line is for typing."""

import curses
import re
import select
import socket
import sys
import time

TALK = {"/tell": "TELL", "/create": "CREATE", "/join": "JOIN", "/part": "PART", "/room": "ROOM", "/rooms": "ROOMS"}


class Chat:
    def __init__(self, window, server):
        self.server, self.name, self.people, self.came, self.typed = server, "", set(), b"", ""
        rows, self.columns = window.getmaxyx()
        self.upper = window.derwin(rows - 2, self.columns, 0, 0)
        self.upper.scrollok(True)
        self.entry = window.derwin(1, self.columns, rows - 1, 0)
        self.entry.nodelay(True)
        window.hline(rows - 2, 0, curses.ACS_HLINE, self.columns)
        window.refresh()
        self.end = None  # a time, when LOGOUT was sent

    def show(self, text, style=curses.A_NORMAL):
        self.upper.addstr("".join(c if c.isprintable() else "." for c in text) + "\n", style)
        self.upper.refresh()
        self.draw()

    def draw(self):
        self.entry.erase()
        prompt = "> " if self.name else "name: "
        self.entry.addstr(0, 0, (prompt + self.typed)[-(self.columns // 2 - 8) :])
        self.entry.refresh()

    def run(self):
        self.draw()
        while True:
            if self.end and time.monotonic() > self.end:
                return None
            try:
                ready = select.select([0, self.server], [], [], 0.1)[0]
                if self.server in ready:
                    data = self.server.recv(65536)
                    if not data:
                        return None if self.end else "The server has gone."
                    *lines, self.came = (self.came + data).split(b"\n")
                    for line in lines:
                        if why := self.hear(line.decode(errors="replace").rstrip("\r")):
                            return why
                if 0 in ready and self.read_keys():
                    return None
            except KeyboardInterrupt:
                if self.leave():
                    return None

    def hear(self, line):
        word, _, rest = line.partition(" ")
        if not self.name:
            if line.startswith("OK LOGIN "):
                self.name = rest[6:]
                self.draw()
            elif line[:7] in ("ERR 400", "ERR 409"):
                self.show(line[8:], curses.A_BOLD)
            else:
                return "The server says " + repr(line)
        elif word == "ALL":
            self.show(rest.replace(" ", ": ", 1))
        elif word == "FROM":
            self.show("*private* " + rest.replace(" ", ": ", 1), curses.A_BOLD)
        elif word == "ROOM":
            room, name, text = rest.split(" ", 2)
            self.show(f"[{room}] {room} {name}: {text}")
        elif word == "USERS":
            self.people = set(rest.split(" "))
        elif word == "+":
            self.people.add(rest)
            self.show(f"{rest} comes in", curses.A_DIM)
        elif word == "-":
            self.people.discard(rest)
            self.show(f"{rest} goes out", curses.A_DIM)
        elif word == "ERR":
            self.show(line, curses.A_BOLD)
        elif word in ("JOINED", "PARTED", "MEMBERS", "ROOMS"):
            self.show(line.lower(), curses.A_DIM)
        return ""

    def read_keys(self):
        while True:
            try:
                key = self.entry.get_wch()
            except curses.error:
                return False
            if key == "\x04" and not self.typed:
                return self.leave()
            if key in ("\n", "\r"):
                line, self.typed = self.typed, ""
                self.draw()
                if line == "/quit":
                    return self.leave()
                self.say(line)
            elif key in ("\x7f", "\b", curses.KEY_BACKSPACE):
                self.typed = self.typed[:-1]
            elif isinstance(key, str) and key.isprintable():
                self.typed += key
            self.draw()

    def leave(self):
        """Whether it is over at once."""
        if self.name and not self.end:
            self.server.sendall(b"LOGOUT\n")
            self.end = time.monotonic() + 1
        return not self.name

    def say(self, line):
        word, space, rest = line.partition(" ")
        if not self.name:
            self.send("LOGIN " + line)
        elif word == "/who":
            self.show("Here are " + ", ".join(sorted(self.people)))
        elif word in TALK:
            self.send(TALK[word] + space + rest)
        elif line.startswith("/"):
            self.show("There is no command like that.")
        elif line:
            self.send("ALL " + line)

    def send(self, line):
        data = line.encode(errors="replace") + b"\n"
        if len(data) > 512:
            self.show("*** This line is too long.")
        else:
            self.server.sendall(data)


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("usage: client.py HOST PORT", file=sys.stderr)
        return 2
    try:
        server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
        return curses.wrapper(lambda window: Chat(window, server).run())
    except OSError as error:
        return str(error)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass
