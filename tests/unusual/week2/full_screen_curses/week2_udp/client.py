"""A full screen with curses: messages scroll in the upper part, the last line is for typing."""

import curses
import re
import select
import socket
import sys
import time


class Chat:
    def __init__(self, window, udp, name):
        self.udp, self.name = udp, name
        rows, columns = window.getmaxyx()
        self.messages = window.derwin(rows - 2, columns, 0, 0)
        self.messages.scrollok(True)
        self.entry = window.derwin(1, columns, rows - 1, 0)
        self.columns = columns
        window.hline(rows - 2, 0, curses.ACS_HLINE, columns)
        window.refresh()
        self.typed, self.partial = "", b""
        self.tasks, self.tries, self.due = [(f"HELLO {name}", f"WELCOME {name}")], 0, 0.0
        self.number, self.seen, self.leaving, self.joined = 0, set(), False, False

    def show(self, text):
        self.messages.addstr(text + "\n")
        self.messages.refresh()
        self.draw()

    def draw(self):
        self.entry.erase()
        self.entry.addstr(0, 0, ("> " + self.typed)[-(self.columns - 1) :])
        self.entry.refresh()

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def run(self):
        self.draw()
        while self.tasks or not self.leaving:
            now = time.monotonic()
            if self.tasks and self.due <= now:
                text = self.tasks[0][0]
                if self.tries == (4 if text == "BYE" else 20):
                    return "" if text == "BYE" else "There is no answer."
                self.send(text)
                self.tries, self.due = self.tries + 1, now + 0.25
            pause = max(0.0, self.due - time.monotonic()) if self.tasks else None
            try:
                ready = select.select([0, self.udp], [], [], pause)[0]
                if 0 in ready:
                    self.read_keys()
                if self.udp in ready and (why := self.receive()):
                    return why
            except KeyboardInterrupt:
                if not self.joined:
                    return ""
                self.leave()
        return ""

    def next(self):
        self.tasks.pop(0)
        self.tries, self.due = 0, 0.0

    def leave(self):
        if not self.leaving:
            self.leaving = True
            self.tasks.append(("BYE", "BYE"))

    def receive(self):
        try:
            text = self.udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            return ""
        fields = text.split(" ", 3)
        if fields[0] == "MSG" and len(fields) == 4 and fields[1].isdecimal():
            if fields[1] not in self.seen:
                self.seen.add(fields[1])
                self.show(f"{fields[2]}: {fields[3]}")
            self.send(f"GOT {fields[1]}")
        elif self.tasks and text == self.tasks[0][1]:
            self.joined = True
            self.next()
        elif self.tasks and fields[0] == "ERROR" and len(fields) > 2:
            if not self.joined:
                return " ".join(fields[1:])
            self.show(text)
            self.next()
        return ""

    def read_keys(self):
        self.entry.nodelay(True)
        while True:
            try:
                key = self.entry.get_wch()
            except curses.error:
                return
            if key == "\x04" and not self.typed:
                self.leave()
            elif key in ("\n", "\r"):
                line, self.typed = self.typed, ""
                self.say(line)
            elif key in ("\x7f", "\b", curses.KEY_BACKSPACE):
                self.typed = self.typed[:-1]
            elif isinstance(key, str) and key.isprintable():
                self.typed += key
            self.draw()

    def say(self, line):
        if line == "/quit":
            self.leave()
        elif line and not self.leaving:
            text = f"SAY {self.number + 1} {line}"
            if len(text.encode(errors="replace")) > 1200:
                self.show("*** This line is too long.")
            else:
                self.number += 1
                self.tasks.append((text, f"OK {self.number}"))


def main():
    try:
        _, host, port, name = sys.argv
        port = int(port)
        if not 1 <= port <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.connect((host, port))
    except OSError as error:
        return str(error)
    return curses.wrapper(lambda window: Chat(window, udp, name).run()) or 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass
