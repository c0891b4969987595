"""Coroutines made of generators: each yields what it waits for, and a small scheduler wakes it."""

import os
import re
import select
import signal
import socket
import sys
import time
from collections import deque


class Scheduler:
    """Runs generators, which yield (descriptor or None, seconds or None) and are sent whether it was ready."""

    def __init__(self):
        self.sleeping = []

    def start(self, generator):
        self.step(generator, None)

    def step(self, generator, value):
        try:
            source, seconds = generator.send(value)
        except StopIteration:
            return
        self.sleeping.append((source, time.monotonic() + seconds if seconds is not None else None, generator))

    def run(self, is_over):
        while not is_over():
            now = time.monotonic()
            moments = [due for _, due, _ in self.sleeping if due is not None]
            pause = max(0.0, min(moments) - now) if moments else None
            sources = [source for source, _, _ in self.sleeping if source is not None]
            ready = select.select(sources, [], [], pause)[0]
            now = time.monotonic()
            waking = [entry for entry in self.sleeping if entry[0] in ready or (entry[1] is not None and entry[1] <= now)]
            self.sleeping = [entry for entry in self.sleeping if entry not in waking]
            for source, _, generator in waking:
                self.step(generator, source is not None and source in ready)


class Chat:
    def __init__(self, udp, name):
        self.udp, self.name = udp, name
        self.lines, self.answered, self.ids = deque(), {}, set()
        self.input_ended = self.joined = False
        self.status = None

    def end(self):
        self.input_ended = True
        if not self.joined:
            self.status = 0

    def send(self, text):
        try:
            self.udp.send(text.encode(errors="replace"))
        except OSError:
            pass

    def listening(self):
        while True:
            yield self.udp, None
            try:
                text = self.udp.recv(2048).decode()
            except (OSError, UnicodeDecodeError):
                continue
            if match := re.fullmatch(r"MSG (\d{1,10}) (\S+) (.+)", text, re.ASCII | re.DOTALL):
                if match[1] not in self.ids:
                    self.ids.add(match[1])
                    print(f"{match[2]}: {match[3]}", flush=True)
                self.send(f"GOT {match[1]}")
            elif text.startswith("ERROR "):
                self.answered = dict.fromkeys(self.answered, text)
            elif text in self.answered:
                self.answered[text] = ""

    def asking(self, text, answer, tries=20):
        """Returns an ERROR, or "" if it was answered well; None if it was not answered."""
        self.answered = {answer: None}
        for _ in range(tries):
            self.send(text)
            again = time.monotonic() + 0.25
            while (left := again - time.monotonic()) > 0:
                yield None, min(left, 0.02)
                if self.answered[answer] is not None:
                    return self.answered[answer]
        return None

    def typing(self):
        typed = b""
        while not self.input_ended:
            yield 0, None
            data = os.read(0, 4096)
            *lines, typed = (typed + data).split(b"\n")
            for line in lines:
                self.lines.append(line.decode(errors="replace"))
                self.input_ended |= line == b"/quit"
            self.input_ended |= not data

    def chatting(self, scheduler):
        why = yield from self.asking(f"HELLO {self.name}", f"WELCOME {self.name}")
        if why != "":
            self.status = f"No chat: {why or 'there is no answer'}"
            return
        self.joined = True
        scheduler.start(self.typing())
        number = 1
        while self.lines or not self.input_ended:
            if not self.lines:
                yield None, 0.02
                continue
            line = self.lines.popleft()
            if line == "/quit":
                break
            text = f"SAY {number} {line}"
            if len(text.encode(errors="replace")) > 1200:
                print("The line was too long to be said.", flush=True)
            elif line:
                if (yield from self.asking(text, f"OK {number}")) is None:
                    self.status = "The server has gone away."
                    return
                number += 1
        yield from self.asking("BYE", "BYE", 4)
        self.status = 0


def main(host, port, name):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((host, port))
    chat, scheduler = Chat(udp, name), Scheduler()
    scheduler.start(chat.listening())
    scheduler.start(chat.chatting(scheduler))
    signal.signal(signal.SIGINT, lambda number, frame: chat.end())  # an exception would end a generator
    scheduler.run(lambda: chat.status is not None)
    return chat.status


if __name__ == "__main__":
    words = sys.argv[1:]
    if len(words) != 3 or not re.fullmatch("[0-9]{1,5}", words[1]) or not 1 <= int(words[1]) <= 65535:
        sys.exit(print("usage: client.py HOST PORT NAME", file=sys.stderr) or 2)
    if not re.fullmatch("[A-Za-z0-9_-]{1,20}", words[2]):
        sys.exit(print("usage: client.py HOST PORT NAME", file=sys.stderr) or 2)
    try:
        sys.exit(main(words[0], int(words[1]), words[2]))
    except OSError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(0)
