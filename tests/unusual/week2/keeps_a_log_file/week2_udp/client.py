"""Writes what was said to a file beside the program, one for each run; and to the screen through the same function."""

import datetime
import os
import queue
import re
import socket
import sys
import tempfile
import threading
from pathlib import Path


class Record:
    def __init__(self, name):
        folder = Path(__file__).parent / "logs"
        try:
            folder.mkdir(exist_ok=True)
            self.file = open(folder / f"{name}-{os.getpid()}.txt", "a", encoding="utf-8")
        except OSError:
            self.file = tempfile.TemporaryFile("w", encoding="utf-8")

    def write(self, text):
        time = datetime.datetime.now().isoformat(timespec="milliseconds")
        self.file.write(f"{time} {text}\n")
        self.file.flush()
        os.fsync(self.file.fileno())


def listen(udp, answers, record):
    printed = set()
    while True:
        try:
            data = udp.recv(2048)
            text = data.decode()
        except OSError:
            continue
        except UnicodeDecodeError:
            record.write(f"garbage: {data!r}")
            continue
        fields = text.split(" ", 3)
        if fields[0] != "MSG":
            answers.put(text)
        elif len(fields) == 4 and fields[1].isdecimal():
            if fields[1] not in printed:
                printed.add(fields[1])
                record.write(f"{fields[2]}: {fields[3]}")
                print(f"{fields[2]}: {fields[3]}", flush=True)
            send(udp, f"GOT {fields[1]}")


def send(udp, text):
    try:
        udp.send(text.encode(errors="replace"))
    except OSError:
        pass


def ask(udp, answers, text, answer, tries=20):
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
    record = Record(name)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    answers = queue.Queue()
    threading.Thread(target=listen, args=(udp, answers, record), daemon=True).start()
    came = ask(udp, answers, f"HELLO {name}", f"WELCOME {name}")
    if not came.startswith("WELCOME"):
        record.write(came or "silence")
        return came or "Nobody has answered."
    number = 1
    try:
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            record.write(text)
            if len(text.encode(errors="replace")) > 1200:
                print("I have written it down, but it is too long to be sent.", flush=True)
            elif line:
                if not ask(udp, answers, text, f"OK {number}"):
                    return "Nobody answers any more."
                number += 1
    except KeyboardInterrupt:
        record.write("interrupted")
    ask(udp, answers, "BYE", "BYE", 4)
    record.write("the end")
    return 0


if __name__ == "__main__":
    try:
        _, host, port, name = sys.argv
        if not 1 <= int(port) <= 65535 or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise ValueError
    except ValueError:
        print("usage: client.py HOST PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(host, int(port), name))
    except OSError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(0)
