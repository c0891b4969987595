"""A process for the network, started by spawn, and two queues of multiprocessing between it and the keyboard."""

import multiprocessing
import queue
import re
import signal
import socket
import sys
import threading


def network(host, port, orders, reports):
    """(text, answer, tries) comes in; what was answered, or None, goes out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    answers = queue.Queue()

    def send(text):
        try:
            udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def listen():
        printed = set()
        while True:
            try:
                text = udp.recv(2048).decode()
            except (OSError, UnicodeDecodeError):
                continue
            fields = text.split(" ", 3)
            if fields[0] != "MSG":
                answers.put(text)
            elif len(fields) == 4 and fields[1].isdecimal():
                if fields[1] not in printed:
                    print(f"{fields[2]}: {fields[3]}", flush=True)
                    printed.add(fields[1])
                send(f"GOT {fields[1]}")

    threading.Thread(target=listen, daemon=True).start()
    while order := orders.get():
        reports.put(insist(send, answers, *order))


def insist(send, answers, text, answer, tries):
    for _ in range(tries):
        send(text)
        try:
            while (came := answers.get(timeout=0.25)) != answer:
                if came.startswith("ERROR "):
                    return came
            return came
        except queue.Empty:
            pass
    return None


class Interrupted:
    """Ctrl-C: while an order is on its way, it has to wait for the report."""

    def __init__(self):
        self.is_busy = self.came = False

    def __call__(self, number, frame):
        if not self.is_busy:
            raise KeyboardInterrupt
        self.came = True

    def __enter__(self):
        self.is_busy = True

    def __exit__(self, *error):
        self.is_busy = False
        if self.came:
            raise KeyboardInterrupt


def main(host, port, name):
    context = multiprocessing.get_context("spawn")
    orders, reports = context.SimpleQueue(), context.SimpleQueue()
    process = context.Process(target=network, args=(host, port, orders, reports), daemon=True)
    process.start()
    orders.put((f"HELLO {name}", f"WELCOME {name}", 20))
    report = reports.get()
    if report != f"WELCOME {name}":
        return report or "There was no answer, 20 times."
    number, state = 1, Interrupted()
    signal.signal(signal.SIGINT, state)
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("Cut it in two, please: this was not sent.", flush=True)
            elif line:
                with state:
                    orders.put((text, f"OK {number}", 20))
                    report = reports.get()
                if report is None:
                    return "There is no answer any more."
                if report.startswith("ERROR"):
                    print(report, flush=True)
                number += 1
    except KeyboardInterrupt:
        pass
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders.put(("BYE", "BYE", 4))
    reports.get()
    orders.put(None)
    process.join()
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
        sys.exit(main(socket.gethostbyname(words[0]), int(words[1]), words[2]))
    except OSError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(0)
