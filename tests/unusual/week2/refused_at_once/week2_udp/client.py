"""A connected socket hears at once that nobody is there (ConnectionRefusedError), and believes it."""

import queue
import re
import socket
import sys
import threading


class Listener(threading.Thread):
    def __init__(self, udp):
        super().__init__(daemon=True)
        self.udp = udp
        self.answers = queue.Queue()
        self.known = set()

    def run(self):
        while True:
            try:
                self.take(self.udp.recv(2048).decode())
            except UnicodeDecodeError:
                continue
            except OSError as error:
                self.answers.put(error)

    def take(self, text):
        word, *fields = text.split(" ", 3)
        if word in ("WELCOME", "OK", "ERROR", "BYE"):
            self.answers.put(text)
        elif word == "MSG" and len(fields) == 3 and fields[0].isdigit() and fields[0].isascii():
            if fields[0] not in self.known:
                print(f"{fields[1]}: {fields[2]}", flush=True)
                self.known.add(fields[0])
            self.udp.send(f"GOT {fields[0]}".encode())  # what this raises, `run` catches


def ask(listener, request, answer, tries=20):
    for _ in range(tries):
        listener.udp.send(request.encode(errors="replace"))
        try:
            while True:
                came = listener.answers.get(timeout=0.25)
                if isinstance(came, OSError):
                    raise came
                if came == answer:
                    return
                if came.startswith("ERROR"):
                    raise PermissionError(came)
        except queue.Empty:
            pass
    raise TimeoutError(f"after {tries} tries there was no answer")


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    listener = Listener(udp)
    listener.start()
    ask(listener, f"HELLO {name}", f"WELCOME {name}")
    number = 1
    try:
        while (line := input()) != "/quit":
            request = f"SAY {number} {line}"
            if len(request.encode(errors="replace")) > 1200:
                print("Your line is too long.", flush=True)
            elif line:
                number += 1
                try:
                    ask(listener, request, f"OK {number - 1}")
                except PermissionError as error:
                    print(error, flush=True)
    except (EOFError, KeyboardInterrupt):
        pass
    try:
        ask(listener, "BYE", "BYE", 5)
    except OSError:
        pass


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        port = int(port)
        if not 1 <= port <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        main(host, port, name)
    except KeyboardInterrupt:
        pass
    except ConnectionRefusedError:
        sys.exit(f"Nobody is at home at {host}, port {port}.")
    except OSError as error:
        sys.exit(f"Leaving: {error}")
