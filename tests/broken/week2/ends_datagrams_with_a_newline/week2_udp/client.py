"""Chat client that puts a newline at the end of each datagram, as for a TCP stream."""
import os
import re
import socket
import sys
from threading import Event, Thread

MAX = 1200
NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")


class ChatClient:
    def __init__(self, host, port, name):
        self.name = name
        self.number = 1
        self.printed = set()
        self.waiting = {}
        self.error = None
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect((host, port))

    def send(self, text):
        try:
            self.sock.send((text + "\n").encode("utf-8"))
        except ConnectionRefusedError:
            self.fail("there is no server at this address")

    def fail(self, why):
        print(f"Sorry, {why}.", file=sys.stderr, flush=True)
        os._exit(1)

    def ask(self, text, answer, tries=20):
        """Sends the text until the answer is there; False if it never comes."""
        event = self.waiting[answer] = Event()
        for _ in range(tries):
            self.send(text)
            if event.wait(0.25):
                return True
        return False

    def listen(self):
        while True:
            try:
                text = self.sock.recv(4096).decode("utf-8")
            except ConnectionRefusedError:
                self.fail("there is no server at this address")
            except UnicodeDecodeError:
                continue
            self.handle(text)

    def handle(self, text):
        verb, _, rest = text.partition(" ")
        if text in self.waiting:
            self.waiting[text].set()
        elif verb == "ERROR":
            self.refused(rest)
        elif verb == "MSG":
            fields = rest.split(" ", 2)
            if len(fields) == 3 and fields[0].isdecimal():
                self.message(*fields)

    def refused(self, why):
        if self.number == 1:
            self.fail("the server refuses: " + why)
        print("error from the server:", why)

    def message(self, number, name, text):
        if number not in self.printed:
            print(f"{name}: {text}")
            self.printed.add(number)
        self.send(f"GOT {number}")

    def say(self, line):
        text = f"SAY {self.number} {line}"
        if len(text.encode("utf-8")) > MAX:
            print("*** too long for one datagram, not sent")
            return
        if not self.ask(text, f"OK {self.number}"):
            self.fail("nobody answers any more")
        self.number += 1

    def run(self):
        Thread(target=self.listen, daemon=True).start()
        if not self.ask(f"HELLO {self.name}", f"WELCOME {self.name}"):
            self.fail("nobody answers")
        while True:
            try:
                line = input()
            except EOFError:
                break
            if line == "/quit":
                break
            if line:
                self.say(line)


def main(args):
    if len(args) != 3 or not args[1].isdecimal() or not 0 < int(args[1]) < 65536 or not NAME.fullmatch(args[2]):
        print("Usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    client = ChatClient(args[0], int(args[1]), args[2])
    try:
        client.run()
    except KeyboardInterrupt:
        pass
    client.ask("BYE", "BYE", tries=4)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
