"""The first thread does nothing but read the keyboard; datagrams interrupt it (SIGIO), and so does the clock."""

import fcntl
import os
import re
import signal
import socket
import sys
import time


class Client:
    def __init__(self, host, port, name):
        self.name = name
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect((host, port))
        self.seen, self.answers = set(), []
        signal.signal(signal.SIGIO, self.on_datagram)
        fcntl.fcntl(self.udp, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(self.udp, fcntl.F_GETFL)
        fcntl.fcntl(self.udp, fcntl.F_SETFL, flags | os.O_NONBLOCK | os.O_ASYNC)

    def on_datagram(self, number, frame):
        while True:
            try:
                data = self.udp.recv(2048)
            except BlockingIOError:
                return
            except OSError:
                continue
            try:
                text = data.decode()
            except UnicodeDecodeError:
                continue
            match text.split(" ", 3):
                case ["MSG", id, name, said] if id.isdecimal():
                    if id not in self.seen:
                        self.seen.add(id)
                        os.write(1, f"{name}: {said}\n".encode())  # print() is not to be interrupted by itself
                    self.send(f"GOT {id}")
                case ["WELCOME" | "OK" | "BYE" | "ERROR", *_]:
                    self.answers.append(text)

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def ask(self, text, answer, tries=20):
        self.answers.clear()
        for _ in range(tries):
            self.send(text)
            until = time.monotonic() + 0.25
            while time.monotonic() < until:
                time.sleep(0.005)
                for came in self.answers:
                    if came == answer or came.startswith("ERROR "):
                        return came
        raise TimeoutError(f"there is no answer, {tries} times")

    def chat(self):
        number = 1
        typed = b""
        while data := os.read(0, 1024):
            *lines, typed = (typed + data).split(b"\n")
            for line in lines:
                if line == b"/quit":
                    return
                text = f"SAY {number} {line.decode(errors='replace')}"
                if len(text.encode()) > 1200:
                    os.write(1, b"No: more than 1200 bytes.\n")
                elif line:
                    self.ask(text, f"OK {number}")
                    number += 1


def main():
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        client = Client(host, int(port), name)
        came = client.ask(f"HELLO {name}", f"WELCOME {name}")
        if came.startswith("ERROR"):
            return f"Refused: {came}"
        try:
            client.chat()
        except KeyboardInterrupt:
            pass
    except OSError as error:
        return f"{host}: {error}"
    except KeyboardInterrupt:
        return 0
    try:
        client.ask("BYE", "BYE", 4)
    except (TimeoutError, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
