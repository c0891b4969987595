"""A line editor of its own: the terminal is in raw mode, where Enter is \\r and Ctrl-C is a key like any other."""

import os
import re
import select
import socket
import sys
import termios
import time
import tty

ENTER, CTRL_C, CTRL_D, CTRL_U, BACKSPACE = b"\r", b"\x03", b"\x04", b"\x15", (b"\x7f", b"\x08")
PROMPT = "> "


class Screen:
    """What is being typed stands in the last line; everything else is printed above it."""

    def __init__(self):
        self.line = b""

    def write(self, text):
        data = text.encode(errors="replace")
        while data:
            data = data[os.write(1, data) :]

    def draw(self):
        self.write(f"\r\x1b[K{PROMPT}{self.line.decode(errors='ignore')}")

    def print(self, text):
        self.write(f"\r\x1b[K{text}\r\n")
        self.draw()

    def key(self, key):
        """Returns a line when it is complete, and None at the end."""
        if key == CTRL_C or (key == CTRL_D and not self.line):
            return None
        if key == ENTER:
            line, self.line = self.line, b""
            self.write("\r\n")
            self.draw()
            return line.decode(errors="replace")
        if key in BACKSPACE:
            self.line = self.line.decode(errors="ignore")[:-1].encode()
        elif key == CTRL_U:
            self.line = b""
        elif key >= b" ":
            self.line += key
        self.draw()
        return ""


class Chat:
    def __init__(self, udp, screen, name):
        self.udp, self.screen, self.name = udp, screen, name
        self.tasks, self.tries, self.due = [(f"HELLO {name}", f"WELCOME {name}")], 0, 0.0
        self.number, self.seen, self.is_open, self.keys = 0, set(), True, b""

    def run(self):
        """Returns what went wrong."""
        while self.tasks or self.is_open:
            now = time.monotonic()
            if self.tasks and self.due <= now:
                is_bye = self.tasks[0][0] == "BYE"
                if self.tries == (4 if is_bye else 20):
                    return "" if is_bye else "nobody answers"
                self.send(self.tasks[0][0])
                self.tries, self.due = self.tries + 1, now + 0.25
            ready = select.select([self.udp, 0], [], [], max(0, self.due - now) if self.tasks else None)[0]
            if self.udp in ready and (trouble := self.receive()):
                return trouble
            if 0 in ready:
                self.type()
        return ""

    def next(self):
        self.tasks.pop(0)
        self.tries, self.due = 0, 0.0

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def receive(self):
        try:
            text = self.udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            return None
        if self.tasks and text == self.tasks[0][1]:
            self.next()
        elif text.startswith("ERROR ") and self.tasks:
            if self.tasks[0][0].startswith("HELLO"):
                return f"refused with {text}"
            self.screen.print(f"({text})")
            self.next()
        elif match := re.fullmatch(r"MSG (\d+) ([\w-]{1,20}) (.+)", text, re.ASCII):
            if match[1] not in self.seen:
                self.seen.add(match[1])
                self.screen.print(f"{match[2]}: {match[3]}")
            self.send(f"GOT {match[1]}")
        return None

    def type(self):
        data = os.read(0, 1024)
        for at in range(len(data)):
            line = self.screen.key(data[at : at + 1]) if self.is_open else ""
            if self.is_open and (line is None or line == "/quit"):
                self.is_open = False
                self.tasks.append(("BYE", "BYE"))
            elif line:
                self.say(line)

    def say(self, line):
        request = f"SAY {self.number + 1} {line}"
        if len(request.encode(errors="replace")) > 1200:
            self.screen.print("[the line did not fit and was not sent]")
        else:
            self.number += 1
            self.tasks.append((request, f"OK {self.number}"))


def main():
    words = sys.argv[1:]
    if (
        len(words) != 3
        or not (words[1].isdecimal() and 1 <= int(words[1]) <= 65535)
        or not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2])
    ):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    before = termios.tcgetattr(0)
    try:
        tty.setraw(0)  # before HELLO: nothing that is typed from now on is lost
        family, _, _, _, address = socket.getaddrinfo(words[0], int(words[1]), type=socket.SOCK_DGRAM)[0]
        udp = socket.socket(family, socket.SOCK_DGRAM)
        udp.connect(address)
        screen = Screen()
        screen.draw()
        trouble = Chat(udp, screen, words[2]).run()
    except OSError as error:
        trouble = error.strerror
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
    print()
    return f"The chat is over: {trouble}." if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
