"""Holds each message back for half a second, so that those that overtook each other are printed by their ids again.

GOT is said when a message is printed, and not before.
"""

import heapq
import queue
import re
import socket
import sys
import threading
import time

PATIENCE = 0.5


class Sorter(threading.Thread):
    """Prints what has waited long enough, the lowest id first."""

    def __init__(self, got):
        super().__init__(daemon=True)
        self.got, self.heap, self.known, self.printed = got, [], set(), set()
        self.more = threading.Condition()

    def put(self, id, line):
        with self.more:
            if id not in self.known:
                self.known.add(id)
                heapq.heappush(self.heap, (id, time.monotonic() + PATIENCE, line))
                self.more.notify()
            elif id in self.printed:
                self.got(id)

    def run(self):
        while True:
            with self.more:
                while not self.heap or min(due for _, due, _ in self.heap) > time.monotonic():
                    pause = min(due for _, due, _ in self.heap) - time.monotonic() if self.heap else None
                    self.more.wait(pause if pause is None else max(pause, 0.001))
                due_ids = [id for id, due, _ in self.heap if due <= time.monotonic()]
                while self.heap and self.heap[0][0] <= max(due_ids):
                    id, _, line = heapq.heappop(self.heap)
                    print(line, flush=True)
                    self.printed.add(id)
                    self.got(id)


class Client:
    def __init__(self, host, port):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect((host, port))
        self.answers = queue.Queue()
        self.sorter = Sorter(lambda id: self.send(f"GOT {id}"))
        self.sorter.start()
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def listen(self):
        while True:
            try:
                text = self.udp.recv(2048).decode()
            except (OSError, UnicodeDecodeError):
                continue
            verb, *fields = text.split(" ", 3)
            if verb != "MSG":
                self.answers.put(text)
            elif len(fields) == 3 and fields[0].isdecimal():
                self.sorter.put(int(fields[0]), f"{fields[1]}: {fields[2]}")

    def ask(self, text, answer, tries=20):
        for _ in range(tries):
            self.send(text)
            try:
                while (came := self.answers.get(timeout=0.25)) != answer:
                    if came.startswith("ERROR "):
                        return came
                return ""
            except queue.Empty:
                pass
        raise TimeoutError("no answer, however often one asks")


def main(host, port, name):
    client = Client(host, port)
    if why := client.ask(f"HELLO {name}", f"WELCOME {name}"):
        return why
    number = 1
    try:
        while (line := input()) != "/quit":
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("Shorter, please: it was not sent.", flush=True)
            elif line:
                if why := client.ask(text, f"OK {number}"):
                    print(why, flush=True)
                number += 1
    except (EOFError, KeyboardInterrupt):
        pass
    try:
        client.ask("BYE", "BYE", 4)
    except (TimeoutError, KeyboardInterrupt):
        pass
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not words[1].isdecimal() or not 0 < int(words[1]) < 65536:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(words[0], int(words[1]), words[2]))
    except OSError as error:
        sys.exit(f"{words[0]}: {error}")
    except KeyboardInterrupt:
        sys.exit(0)
