"""Clears the screen at first; keeps a prompt in the last line, and prints messages above it with \\r and ESC [ K."""

import os
import queue
import re
import socket
import sys
import threading


class Screen:
    def __init__(self, name):
        self.prompt = f"{name}> "
        self.lock = threading.Lock()
        os.system("clear")

    def show_prompt(self):
        with self.lock:
            print(f"\r\x1b[K{self.prompt}", end="", flush=True)

    def show(self, text):
        with self.lock:
            print(f"\r\x1b[K{text}\n{self.prompt}", end="", flush=True)


class Network(threading.Thread):
    def __init__(self, host, port, screen):
        super().__init__(daemon=True)
        self.server = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.screen = screen
        self.answers = queue.LifoQueue()
        self.shown = set()

    def send(self, text):
        self.udp.sendto(text.encode(errors="replace"), self.server)

    def run(self):
        while True:
            data, sender = self.udp.recvfrom(2048)
            if sender == self.server:
                try:
                    self.heard(data.decode())
                except ValueError:
                    continue

    def heard(self, text):
        if not text.startswith("MSG "):
            self.answers.put(text)
            return
        _, id, name, said = text.split(" ", 3)
        if int(id) not in self.shown:
            self.shown.add(int(id))
            self.screen.show(f"{name}: {said}")
        self.send(f"GOT {id}")

    def ask(self, text, wanted, tries=20):
        for _ in range(tries):
            self.send(text)
            try:
                while True:
                    came = self.answers.get(timeout=0.25)
                    if came == wanted or came.startswith("ERROR "):
                        return came
            except queue.Empty:
                pass
        raise TimeoutError("no answer")


def main(host, port, name):
    screen = Screen(name)
    network = Network(host, port, screen)
    network.udp.bind(("", 0))
    network.start()
    came = network.ask(f"HELLO {name}", f"WELCOME {name}")
    if came.startswith("ERROR"):
        raise OSError(came)
    screen.show_prompt()
    number = 1
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "/quit":
            break
        if line == "/clear":
            os.system("clear")
        elif len(f"SAY {number} {line}".encode(errors="replace")) > 1200:
            screen.show("(one line, one datagram: that line was too big for it)")
        elif line:
            came = network.ask(f"SAY {number} {line}", f"OK {number}")
            number += 1
            if came.startswith("ERROR"):
                screen.show(f"({came})")
        screen.show_prompt()
    try:
        network.ask("BYE", "BYE", 4)
    except OSError:
        pass


if __name__ == "__main__":
    status, network = 0, None
    try:
        if len(sys.argv) != 4 or not 1 <= int(sys.argv[2]) <= 65535:
            raise ValueError
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", sys.argv[3]):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    except KeyboardInterrupt:
        print("\ninterrupted")
        for thread in threading.enumerate():
            if isinstance(thread, Network):
                thread.send("BYE")
    except OSError as error:
        print(f"\r\x1b[K{error}", file=sys.stderr)
        status = 1
    sys.exit(status)
