"""Keyboard, screen and network never block: what the screen does not take yet waits in a buffer, and its GOT with it."""

import errno
import os
import re
import selectors
import socket
import sys
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Screen:
    """Output that is written as the screen takes it; `then` is called when a text is out."""

    def __init__(self, selector):
        self.selector, self.data, self.marks, self.written, self.total = selector, b"", [], 0, 0
        os.set_blocking(1, False)

    def print(self, text, then=lambda: None):
        data = text.encode(errors="replace") + b"\n"
        self.data += data
        self.total += len(data)
        self.marks.append((self.total, then))
        self.write()

    def write(self):
        try:
            while self.data:
                size = os.write(1, self.data)
                self.data = self.data[size:]
                self.written += size
        except BlockingIOError:
            pass
        while self.marks and self.marks[0][0] <= self.written:
            self.marks.pop(0)[1]()
        is_watched = 1 in self.selector.get_map()
        if self.data and not is_watched:
            self.selector.register(1, WRITE, self.write)
        elif not self.data and is_watched:
            self.selector.unregister(1)


class Client:
    def __init__(self, host, port, name):
        self.selector = selectors.PollSelector()
        self.screen = Screen(self.selector)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setblocking(False)
        if error := self.udp.connect_ex((host, port)):
            raise OSError(error, os.strerror(error))
        os.set_blocking(0, False)
        self.selector.register(self.udp, READ, self.receive)
        self.todo = [(f"HELLO {name}", f"WELCOME {name}")]
        self.tries, self.due, self.number, self.typed = 0, 0.0, 1, b""
        self.pending, self.printed = set(), set()
        self.ending, self.result = False, None

    def run(self):
        while self.result is None:
            now = time.monotonic()
            if self.todo and self.due <= now:
                text = self.todo[0][0]
                if self.tries == (4 if text == "BYE" else 20):
                    return 0 if text == "BYE" else "Nobody answers."
                self.send(text)
                self.tries, self.due = self.tries + 1, now + 0.25
            try:
                for key, _ in self.selector.select(max(0, self.due - time.monotonic()) if self.todo else None):
                    key.data()
            except KeyboardInterrupt:
                if self.todo and self.todo[0][0].startswith("HELLO"):
                    return 0
                self.end()
        return self.result

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNREFUSED):
                self.result = str(error)

    def receive(self):
        try:
            text = self.udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            return
        verb, *fields = text.split(" ", 3)
        if verb == "MSG" and len(fields) == 3 and fields[0].isdecimal():
            self.message(*fields)
        elif self.todo and (text == self.todo[0][1] or (verb == "ERROR" and fields)):
            request, _ = self.todo.pop(0)
            self.tries, self.due = 0, 0.0
            if request == "BYE":
                self.result = 0
            elif request.startswith("HELLO") and verb == "ERROR":
                self.result = f"The server says: {text}"
            elif request.startswith("HELLO"):
                self.selector.register(0, READ, self.type)
            elif verb == "ERROR":
                self.screen.print(text)

    def message(self, id, name, text):
        if id in self.printed:
            self.send(f"GOT {id}")
        elif id not in self.pending:
            self.pending.add(id)
            self.screen.print(f"{name}: {text}", lambda: self.is_printed(id))

    def is_printed(self, id):
        self.printed.add(id)
        self.send(f"GOT {id}")

    def type(self):
        try:
            data = os.read(0, 4096)
        except BlockingIOError:
            return
        *lines, self.typed = (self.typed + data).split(b"\n")
        for line in lines:
            text = f"SAY {self.number} {line.decode(errors='replace')}"
            if line == b"/quit":
                self.end()
                return
            if len(text.encode()) > 1200:
                self.screen.print("<the line is too long>")
            elif line:
                self.todo.append((text, f"OK {self.number}"))
                self.number += 1
        if not data:
            self.end()

    def end(self):
        if not self.ending:
            self.ending = True
            if 0 in self.selector.get_map():
                self.selector.unregister(0)
            self.todo.append(("BYE", "BYE"))


def main():
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        return Client(host, int(port), name).run()
    except OSError as error:
        return f"{host}: {error}"
    except KeyboardInterrupt:
        return 0
    finally:
        os.set_blocking(0, True)
        os.set_blocking(1, True)


if __name__ == "__main__":
    sys.exit(main())
