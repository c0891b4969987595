"""Chat client whose exception for an ERROR nobody catches."""
import collections
import os
import re
import socket
import sys
import threading
import time


class Keyboard(threading.Thread):
    """Collects what is typed; the main thread takes it when it has time."""

    def __init__(self):
        super().__init__(daemon=True)
        self.lines = collections.deque()
        self.closed = False

    def run(self):
        for line in sys.stdin:
            line = line[:-1] if line.endswith("\n") else line
            if line == "/quit":
                break
            if line:
                self.lines.append(line)
        self.closed = True


class Client:
    def __init__(self, host, port, name):
        self.server = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.settimeout(0.02)
        self.name = name
        self.ids = set()

    def send(self, text):
        self.udp.sendto(bytes(text, "utf-8"), self.server)

    def receive(self):
        """The next datagram that is no MSG; None if there is none just now."""
        try:
            data, sender = self.udp.recvfrom(4096)
            text = str(data, "utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        if sender != self.server:
            return None
        if not text.startswith("MSG "):
            return text
        fields = text.split(" ", 3)
        if len(fields) == 4 and fields[1].isdecimal():
            identity = int(fields[1])
            if identity not in self.ids:
                self.ids.add(identity)
                print("%s: %s" % (fields[2], fields[3]), flush=True)
            self.send("GOT %d" % identity)
        return None

    def exchange(self, text, answer, tries=20):
        for _ in range(tries):
            self.send(text)
            until = time.monotonic() + 0.25
            while time.monotonic() < until:
                reply = self.receive()
                if reply == answer:
                    return
                if reply is not None and reply.startswith("ERROR "):
                    raise ValueError("the server refuses: " + reply[6:])
        raise RuntimeError("no answer from the server")

    def chat(self):
        self.exchange("HELLO " + self.name, "WELCOME " + self.name)
        keyboard = Keyboard()
        keyboard.start()
        number = 0
        while not keyboard.closed or keyboard.lines:
            if not keyboard.lines:
                self.receive()
                continue
            line = keyboard.lines.popleft()
            text = "SAY %d %s" % (number + 1, line)
            if len(bytes(text, "utf-8")) > 1200:
                print("-- this line is too long --", flush=True)
                continue
            number += 1
            self.exchange(text, "OK %d" % number)

    def leave(self):
        try:
            self.exchange("BYE", "BYE", tries=4)
        except RuntimeError:
            pass


def arguments():
    try:
        host, port, name = sys.argv[1:]
        if int(port) not in range(1, 65536) or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    return host, int(port), name


if __name__ == "__main__":
    status = 0
    client = Client(*arguments())
    try:
        client.chat()
        client.leave()
        os._exit(0)
    except KeyboardInterrupt:
        client.leave()
    except RuntimeError as problem:
        print(problem, file=sys.stderr, flush=True)
        status = 1
    sys.exit(status)
