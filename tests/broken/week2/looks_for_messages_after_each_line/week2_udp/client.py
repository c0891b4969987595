"""Chat client with one thread: it reads a line from the keyboard, says it, and looks then for what has come."""
import re
import socket
import sys
import time


def usage():
    print("Usage: client.py HOST PORT NAME", file=sys.stderr)
    raise SystemExit(2)


class Client:
    def __init__(self, host, port, name):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect((host, port))
        self.name = name
        self.seen = set()

    def receive(self, seconds):
        """The next answer of the server, or None."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.sock.settimeout(left)
            try:
                text = self.sock.recv(2048).decode()
            except (OSError, UnicodeDecodeError):
                continue
            fields = text.split(" ", 3)
            if fields[0] != "MSG":
                return text
            if len(fields) == 4 and fields[1].isdecimal():
                if fields[1] not in self.seen:
                    print(f"{fields[2]}: {fields[3]}")
                    self.seen.add(fields[1])
                self.sock.send(f"GOT {fields[1]}".encode())
        return None

    def ask(self, text, answer):
        for _ in range(20):
            try:
                self.sock.send(text.encode())
            except ConnectionError:
                sys.exit("there is no server")
            reply = self.receive(0.25)
            if reply == answer:
                return
            if reply and reply.startswith("ERROR"):
                sys.exit(reply)
        sys.exit("no answer from the server")

    def run(self):
        self.ask(f"HELLO {self.name}", f"WELCOME {self.name}")
        number = 1
        while True:
            try:
                line = input("> ")
            except EOFError:
                break
            if line == "/quit":
                break
            if len(line.encode()) > 1150:
                print("too long")
            elif line:
                self.ask(f"SAY {number} {line}", f"OK {number}")
                number += 1
            self.receive(0.05)
        self.sock.send(b"BYE")


if len(sys.argv) != 4 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    usage()
if not re.fullmatch("[A-Za-z0-9_-]{1,20}", sys.argv[3]):
    usage()
try:
    Client(sys.argv[1], int(sys.argv[2]), sys.argv[3]).run()
except KeyboardInterrupt:
    pass
