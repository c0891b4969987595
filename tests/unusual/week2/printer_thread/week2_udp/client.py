"""A thread that only prints: it takes messages from a queue, and says GOT for each when it is printed and flushed."""

import queue
import re
import socket
import sys
import threading
from collections import OrderedDict


class Ids:
    """The latest 500 ids; an older one would not be repeated any more."""

    def __init__(self, room=500):
        self.room, self.ids = room, OrderedDict()

    def add(self, id):
        """Whether it is new."""
        is_new = id not in self.ids
        self.ids[id] = None
        self.ids.move_to_end(id)
        if len(self.ids) > self.room:
            self.ids.popitem(last=False)
        return is_new


def receiver(udp, messages, answers):
    while True:
        try:
            text = udp.recv(2048).decode()
        except (OSError, UnicodeDecodeError):
            continue
        fields = text.split(" ", 3)
        if fields[0] == "MSG":
            if len(fields) == 4 and fields[1].isdecimal():
                messages.put(fields[1:])
        else:
            answers.put(text)


def printer(udp, messages):
    ids = Ids()
    while True:
        id, name, text = messages.get()
        if ids.add(id):
            print(f"{name}: {text}", flush=True)
        send(udp, f"GOT {id}")


def sender(udp, number, text, answers, failed):
    """Says a line until its OK comes; whether it did."""
    for _ in range(20):
        send(udp, text)
        try:
            while (came := answers.get(timeout=0.25)) != f"OK {number}":
                if came.startswith("ERROR "):
                    return came
            return "OK"
        except queue.Empty:
            pass
    failed.set()
    return ""


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        pass


def greet(udp, answers, text, answer, tries):
    for _ in range(tries):
        send(udp, text)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR "):
                    return came
            return came
        except queue.Empty:
            pass
    return ""


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    messages, answers, failed = queue.Queue(), queue.Queue(), threading.Event()
    threading.Thread(target=receiver, args=(udp, messages, answers), daemon=True).start()
    threading.Thread(target=printer, args=(udp, messages), daemon=True).start()
    came = greet(udp, answers, f"HELLO {name}", f"WELCOME {name}", 20)
    if not came.startswith("WELCOME"):
        return came or "there is no server, or it does not answer"
    number = 0
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            text = f"SAY {number + 1} {line}"
            match line, len(text.encode(errors="replace")):
                case "/quit", _:
                    break
                case "/help", _:
                    print("/help shows this, /quit ends, everything else is said", flush=True)
                case "", _:
                    pass
                case _, size if size > 1200:
                    print(f"{size - 1200} bytes too long, sorry", flush=True)
                case _:
                    number += 1
                    came = sender(udp, number, text, answers, failed)
                    if failed.is_set():
                        return f"line {number} has not been answered"
                    if came != "OK":
                        print(came, flush=True)
    except KeyboardInterrupt:
        pass
    greet(udp, answers, "BYE", "BYE", 4)
    return 0


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not re.fullmatch("[0-9]{1,5}", words[1]) or not 0 < int(words[1]) < 65536:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(words[0], int(words[1]), words[2]))
    except OSError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(0)
