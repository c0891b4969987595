"""A full screen: messages above, the line that is typed below."""

import curses
import os
import re
import select
import signal
import socket
import sys
import unicodedata

os.environ.setdefault("TERM", "linux")


def stop(*_):
    raise KeyboardInterrupt


class Chat:
    def __init__(self, name, connection):
        self.name, self.connection = name, connection
        self.incoming, self.typed, self.shown = b"", b"", []

    def lines(self):
        """What the server has said since the last time, as lines; None after its end."""
        try:
            data = self.connection.recv(4096)
        except OSError:
            data = b""
        *lines, self.incoming = (self.incoming + data).split(b"\n")
        return [line.decode("utf-8", "replace") for line in lines] + ([] if data else [None])

    def register(self):
        self.connection.sendall(f"REGISTER {self.name} CHAT/1.0\n".encode())
        lines = []
        while not lines:
            lines = self.lines()
        if not lines[0] or lines[0][:4] not in ("200", "200 "):
            sys.exit(f"We are not let in: {lines[0]}")
        return lines[1:]

    def run(self, screen, lines):
        curses.use_default_colors()
        screen.nodelay(True)
        result = self.hear(lines)
        while result is None:
            self.draw(screen)
            ready, _, _ = select.select([0, self.connection], [], [])
            if self.connection in ready:
                result = self.hear(self.lines())
            while 0 in ready and result is None and (key := screen.getch()) != -1:
                result = self.press(key)
        return result

    def hear(self, lines):
        for line in lines:
            if line is None:
                return "The connection to the server is lost."
            if line == "DISCONNECT CHAT/1.0":
                return 0
            self.shown.append("".join(c for c in line if unicodedata.category(c)[0] != "C"))
        return None

    def press(self, key):
        if key == 4:
            raise KeyboardInterrupt
        if key in (curses.KEY_BACKSPACE, 8, 127):
            self.typed = self.typed[:-1]
        elif key not in (10, 13, curses.KEY_ENTER):
            self.typed += bytes([key]) if 32 <= key < 256 else b""
        elif self.typed == b"/quit":
            raise KeyboardInterrupt
        elif self.typed:
            self.connection.sendall(b"@%s: %s\n" % (self.name.encode(), self.typed))
            self.typed = b""
        return None

    def draw(self, screen):
        height, width = screen.getmaxyx()
        screen.erase()
        for row, line in enumerate(self.shown[1 - height :]):
            screen.addstr(row, 0, line[: width - 1])
        screen.addstr(height - 1, 0, "> " + self.typed.decode("utf-8", "replace")[-(width - 4) :])
        screen.refresh()


def main():
    words = sys.argv[1:]
    url = re.fullmatch("chat://([^/:]+):([0-9]+)/?", words[1]) if len(words) == 2 else None
    if not url or not 0 < int(url[2]) < 65536 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[0]):
        print("usage: client.py USERNAME chat://HOST:PORT", file=sys.stderr)
        sys.exit(2)
    try:
        connection = socket.create_connection((url[1], int(url[2])), 5)
    except OSError as error:
        sys.exit(f"No connection: {error}")
    connection.settimeout(None)
    signal.signal(signal.SIGINT, stop)
    chat = Chat(words[0], connection)
    try:
        lines = chat.register()
        result = curses.wrapper(chat.run, lines)
    except KeyboardInterrupt:
        connection.sendall(f"DISCONNECT {chat.name} CHAT/1.0\n".encode())
        sys.exit(0)
    if result == 0:
        print("The server has said goodbye to everybody.")
    sys.exit(result)


main()
