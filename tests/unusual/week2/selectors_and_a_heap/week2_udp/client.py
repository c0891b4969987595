"""Selectors, and a heap of what is due when: several lines are in flight at once, each with a clock of its own."""

import heapq
import itertools
import os
import re
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

WINDOW = 8


@dataclass(order=True)
class Due:
    at: float
    order: int
    request: "Request" = field(compare=False)


@dataclass
class Request:
    datagram: bytes
    answer: bytes
    most: int = 20
    tries: int = 0
    is_done: bool = False


class Client:
    def __init__(self, server, name):
        self.selector = selectors.DefaultSelector()
        self.udp = socket.socket(server[0], socket.SOCK_DGRAM)
        self.udp.connect(server[4])
        self.udp.setblocking(False)
        self.name = name
        self.heap, self.order = [], itertools.count()
        self.flying, self.backlog = {}, []
        self.printed, self.number, self.partial = set(), 0, b""
        self.leaving = False
        self.selector.register(self.udp, selectors.EVENT_READ, self.receive)

    def transmit(self, datagram):
        try:
            self.udp.send(datagram)
        except OSError:
            pass

    def ask(self, request):
        self.flying[request.answer] = request
        heapq.heappush(self.heap, Due(time.monotonic(), next(self.order), request))

    def run(self, is_over):
        while not is_over():
            now = time.monotonic()
            while self.heap and (self.heap[0].at <= now or self.heap[0].request.is_done):
                request = heapq.heappop(self.heap).request
                if request.is_done:
                    continue
                if request.tries == request.most:
                    raise TimeoutError
                request.tries += 1
                self.transmit(request.datagram)
                heapq.heappush(self.heap, Due(now + 0.25, next(self.order), request))
            timeout = max(0.0, self.heap[0].at - now) if self.heap else None
            for key, _ in self.selector.select(timeout):
                key.data()

    def receive(self):
        try:
            data = self.udp.recv(1500)
            text = data.decode()
        except (OSError, UnicodeDecodeError):
            return
        if data in self.flying:
            self.flying.pop(data).is_done = True
        elif text.startswith("ERROR ") and len(text.split(" ", 2)) == 3:
            if b"WELCOME " + self.name.encode() in self.flying:
                raise ConnectionError(text)
            print(text, file=sys.stderr)
        elif match := re.fullmatch(r"MSG (\d{1,10}) ([A-Za-z0-9_-]{1,20}) (.+)", text, re.ASCII):
            id, name, said = match.groups()
            if int(id) not in self.printed:
                print(f"{name}: {said}", flush=True)
                self.printed.add(int(id))
            self.transmit(f"GOT {id}".encode())

    def read(self):
        try:
            data = os.read(sys.stdin.fileno(), 1024)
        except OSError:
            data = b""
        self.leaving = not data
        *lines, self.partial = (self.partial + data).split(b"\n")
        for line in filter(None, lines):
            if line == b"/quit":
                self.leaving = True
                break
            self.backlog.append(line)
        if self.leaving:
            self.selector.unregister(0)
        self.fly()

    def fly(self):
        while self.backlog and len(self.flying) < WINDOW:
            line = self.backlog.pop(0)
            datagram = b"SAY %d " % (self.number + 1) + line
            if len(b"MSG 2147483647 %s %s" % (self.name.encode(), line)) > 1200:
                print("Too many bytes! (1200 fit, as MSG.) Not sent.", flush=True)
                continue
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", line.decode(errors="replace")):
                print("There is a control character in it. Not sent.", flush=True)
                continue
            self.number += 1
            self.ask(Request(datagram, b"OK %d" % self.number))

    def is_through(self):
        self.fly()
        return self.leaving and not self.flying and not self.backlog

    def chat(self):
        self.ask(Request(f"HELLO {self.name}".encode(), f"WELCOME {self.name}".encode()))
        self.run(lambda: not self.flying)
        self.selector.register(0, selectors.EVENT_READ, self.read)
        try:
            self.run(self.is_through)
        except KeyboardInterrupt:
            self.leaving = True
            if 0 in self.selector.get_map():
                self.selector.unregister(0)
            self.run(self.is_through)
        try:
            self.ask(Request(b"BYE", b"BYE", most=6))
            self.run(lambda: not self.flying)
        except TimeoutError:
            pass


def main():
    try:
        host, port, name = sys.argv[1:]
        if not 1 <= int(port) <= 65535 or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name):
            raise ValueError("out of range")
    except ValueError as error:
        print(f"{error}\nusage: {sys.argv[0]} HOST PORT NAME", file=sys.stderr)
        return 2
    try:
        Client(socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0], name).chat()
    except TimeoutError:
        print("There is no answer any more. Giving up.", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"No chat: {error}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
