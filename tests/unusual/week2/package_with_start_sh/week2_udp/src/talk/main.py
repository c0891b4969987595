"""One class, and a loop that a daemon thread of the keyboard feeds."""

import queue
import re
import signal
import socket
import sys
import threading
import time


def keyboard(events):
    for line in sys.stdin:
        events.put(("typed", line.rstrip("\n")))
    events.put(("typed", "/quit"))


def network(udp, events):
    while True:
        try:
            events.put(("came", udp.recv(4096)))
        except OSError:
            time.sleep(0.05)


class Talk:
    """All that happens is an event in one queue, and all that is done is done in one thread."""

    def __init__(self, udp, name):
        self.udp, self.name, self.events = udp, name, queue.SimpleQueue()
        self.todo, self.tries, self.due = [f"HELLO {name}"], 0, 0.0
        self.number, self.ids, self.status = 1, set(), None
        signal.signal(signal.SIGINT, self.interrupted)
        threading.Thread(target=network, args=(udp, self.events), daemon=True).start()

    def run(self):
        while self.status is None:
            now = time.monotonic()
            if self.todo and now >= self.due:
                self.repeat(now)
                continue
            try:
                kind, what = self.events.get(timeout=max(0.0, self.due - now) if self.todo else None)
            except queue.Empty:
                continue
            getattr(self, kind)(what)
        return self.status

    def interrupted(self, number, frame):
        """Ctrl-C is an event, too; before WELCOME it is the end."""
        if self.todo and self.todo[0].startswith("HELLO"):
            self.status = 0
        self.events.put(("typed", "/quit"))

    def repeat(self, now):
        request = self.todo[0]
        if self.tries >= (5 if request == "BYE" else 20):
            self.status = 0
            if request != "BYE":
                print(f"{request.split()[0]} was not answered.", file=sys.stderr)
                self.status = 1
            return
        self.send(request)
        self.tries, self.due = self.tries + 1, now + 0.25

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def typed(self, line):
        if line == "/quit":
            self.todo.append("BYE")
            self.typed = lambda line: None
        elif line:
            request = f"SAY {self.number} {line}"
            if len(request.encode(errors="replace")) > 1200:
                print("! That is too long a line.", flush=True)
                return
            self.todo.append(request)
            self.number += 1

    def came(self, data):
        try:
            verb, _, rest = data.decode().partition(" ")
        except UnicodeDecodeError:
            return
        if verb == "MSG":
            if match := re.match(r"([0-9]{1,10}) ([\w-]+) (?=.)", rest):
                if match[1] not in self.ids:
                    print(f"{match[2]}: {rest[match.end():]}", flush=True)
                    self.ids.add(match[1])
                self.send(f"GOT {match[1]}")
            return
        if not self.todo:
            return
        asked, _, words = self.todo[0].partition(" ")
        if verb == "ERROR" and rest:
            print(f"The server says: {rest}", file=sys.stderr)
            if asked == "HELLO":
                self.status = 1
            self.done()
        elif (asked, verb) == ("HELLO", "WELCOME") and rest == self.name:
            threading.Thread(target=keyboard, args=(self.events,), daemon=True).start()
            self.done()
        elif (asked, verb) == ("SAY", "OK") and rest == words.split(" ")[0]:
            self.done()
        elif asked == verb == "BYE":
            self.status = 0

    def done(self):
        self.todo.pop(0)
        self.tries, self.due = 0, 0.0


def main():
    words = sys.argv[1:]
    if len(words) != 3 or not re.fullmatch("[0-9]{1,5}", words[1]) or not 0 < int(words[1]) < 65536:
        print("usage: start.sh HOST PORT NAME", file=sys.stderr)
        return 2
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: start.sh HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.connect((words[0], int(words[1])))
        return Talk(udp, words[2]).run()
    except OSError as error:
        return f"{words[0]}: {error}"
    finally:
        sys.stdout.flush()
