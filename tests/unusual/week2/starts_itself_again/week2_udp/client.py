"""Starts itself again with os.execv, isolated and unbuffered, before it does anything."""

import os
import sys

if not sys.flags.isolated:
    os.execv(sys.executable, [sys.executable, "-I", "-u", "-X", "utf8", *sys.argv])

import queue  # noqa: E402
import re  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402


class Client:
    def __init__(self, host, port, name):
        self.name = name
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect((host, port))
        self.udp.settimeout(0.05)
        self.lines = queue.Queue()
        self.ids = set()

    def keyboard(self):
        for line in sys.stdin.buffer:
            self.lines.put(line.rstrip(b"\n"))
        self.lines.put(b"/quit")

    def send(self, data):
        try:
            self.udp.send(data)
        except OSError:
            pass

    def receive(self):
        """What has come, unless it was a message; None after a twentieth of a second."""
        try:
            data = self.udp.recv(1500)
        except TimeoutError:
            return None
        except OSError:
            time.sleep(0.05)
            return None
        message = re.match(rb"MSG ([0-9]+) ([A-Za-z0-9_-]+) ", data)
        if not message:
            return data
        try:
            text = data[message.end() :].decode()
        except UnicodeDecodeError:
            return None
        if message[1] not in self.ids:
            self.ids.add(message[1])
            print(f"{message[2].decode()}: {text}")
        self.send(b"GOT " + message[1])
        return None

    def ask(self, data, answer, tries=20):
        for _ in range(tries):
            self.send(data)
            until = time.monotonic() + 0.25
            while time.monotonic() < until:
                came = self.receive()
                if came == answer:
                    return ""
                if came and came.startswith(b"ERROR "):
                    return came[6:].decode(errors="replace")
        return "no answer"

    def run(self):
        why = self.ask(b"HELLO " + self.name.encode(), b"WELCOME " + self.name.encode())
        if why:
            return f"twice started, never welcomed: {why}"
        threading.Thread(target=self.keyboard, daemon=True).start()
        number = 1
        while True:
            try:
                line = self.lines.get_nowait()
            except queue.Empty:
                self.receive()
                continue
            data = b"SAY %d " % number + line
            if line == b"/quit":
                return 0
            if len(data) > 1200:
                print("A line may have a thousand bytes, and not many more.")
            elif line:
                why = self.ask(data, b"OK %d" % number)
                number += 1
                if why == "no answer":
                    return "the server does not answer any more"
                if why:
                    print(f"refused: {why}")


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not words[1].isdecimal() or not 1 <= int(words[1]) <= 65535:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        client = Client(words[0], int(words[1]), words[2])
        try:
            status = client.run()
        except KeyboardInterrupt:
            status = 0
        if status == 0:
            client.ask(b"BYE", b"BYE", 4)
    except OSError as error:
        status = str(error)
    except KeyboardInterrupt:
        status = 0
    sys.stdout.flush()
    if status:
        print(status, file=sys.stderr)
    os._exit(1 if status else 0)
