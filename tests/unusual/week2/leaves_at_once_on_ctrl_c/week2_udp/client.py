"""On Ctrl-C it is gone at once, without BYE and without a word. Lines come from fileinput; refusals are warnings."""

import fileinput
import os
import queue
import re
import signal
import socket
import sys
import threading
import warnings

signal.signal(signal.SIGINT, lambda *_: os._exit(0))


class TooLong(UserWarning):
    pass


class Listener(threading.Thread):
    def __init__(self, udp):
        super().__init__(daemon=True)
        self.udp, self.ids, self.answers = udp, set(), queue.Queue()

    def run(self):
        while True:
            try:
                text = str(self.udp.recv(2048), "utf-8", "strict")
            except (OSError, UnicodeDecodeError):
                continue
            first, _, rest = text.partition(" ")
            if first == "MSG" and rest.count(" ") >= 2:
                self.message(*rest.split(" ", 2))
            elif first in {"WELCOME", "OK", "ERROR", "BYE"}:
                self.answers.put(text)

    def message(self, id, name, text):
        if not id.isascii() or not id.isdigit():
            return
        if id not in self.ids:
            print(name, ": ", text, sep="", flush=True)
        self.ids.add(id)
        try:
            self.udp.send(f"GOT {id}".encode())
        except OSError:
            pass

    def ask(self, request, answer, tries=20):
        for _ in range(tries):
            try:
                self.udp.send(request.encode(errors="replace"))
            except OSError:
                pass
            try:
                while (came := self.answers.get(timeout=0.25)) != answer:
                    if came.startswith("ERROR "):
                        return came
                return answer
            except queue.Empty:
                pass
        raise SystemExit(f"{request.split()[0]} has not been answered")


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    listener = Listener(udp)
    listener.start()
    if (came := listener.ask(f"HELLO {name}", f"WELCOME {name}")).startswith("ERROR"):
        raise SystemExit(came)
    number = 1
    with fileinput.input(files=["-"], encoding="utf-8") as keyboard:
        for line in keyboard:
            line = line.rstrip("\n")
            request = f"SAY {number} {line}"
            if line == "/quit":
                break
            if len(request.encode(errors="replace")) > 1200:
                warnings.warn(f"{len(line)} characters are not sent", TooLong, stacklevel=1)
            elif line:
                if (came := listener.ask(request, f"OK {number}")).startswith("ERROR"):
                    warnings.warn(came, stacklevel=1)
                number += 1
    try:
        listener.ask("BYE", "BYE", 4)
    except SystemExit:
        pass


if __name__ == "__main__":
    warnings.simplefilter("always")
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(host, int(port), name)
    except OSError as error:
        sys.exit(f"{host}: {error}")
