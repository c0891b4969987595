"""A selector, one more time. This week everybody has to do it like this."""

import argparse
import re
import selectors
import signal
import socket
import sys
import time

selector = selectors.DefaultSelector()
people = {}  # name -> Connection


class Connection:
    def __init__(self, sock):
        self.sock, self.name, self.inbox, self.outbox, self.alive = sock, None, b"", b"", True
        selector.register(sock, selectors.EVENT_READ, self.ready)

    def ready(self, mask):
        if mask & selectors.EVENT_WRITE:
            self.flush()
        if mask & selectors.EVENT_READ and self.alive:
            try:
                data = self.sock.recv(65536 - len(self.inbox))
            except OSError:
                data = b""
            self.feed(data) if data else self.close()

    def feed(self, data):
        *lines, self.inbox = (self.inbox + data).split(b"\n")
        for line in lines:
            if not self.alive:
                return
            self.chat(line) if self.name else self.register(line)
        if len(self.inbox) == 65536:
            self.close()

    def register(self, line):
        found = re.fullmatch(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0", line)
        if found and found[1] not in people:
            self.name = found[1]
            people[self.name] = self
            self.send(b"200 Registration successful\n")
        else:
            self.send(b"401 Client already registered\n" if found else b"400 Invalid registration\n")
            self.close()

    def chat(self, line):
        if line == b"DISCONNECT %s CHAT/1.0" % self.name:
            self.close()
        else:
            for other in list(people.values()):
                if other is not self:
                    other.send(line + b"\n")

    def send(self, data):
        self.outbox += data
        self.flush()

    def flush(self):
        try:
            self.outbox = self.outbox[self.sock.send(self.outbox) :]
        except BlockingIOError:
            pass
        except OSError:
            return self.close()
        if len(self.outbox) > 1 << 20:
            return self.close()
        more = selectors.EVENT_WRITE if self.outbox else 0
        selector.modify(self.sock, selectors.EVENT_READ | more, self.ready)

    def close(self):
        if self.alive:
            self.alive = False
            people.pop(self.name, None)
            selector.unregister(self.sock)
            self.sock.close()


def accept(listener):
    sock, _ = listener.accept()
    sock.setblocking(False)
    Connection(sock)


def turn(timeout):
    for key, mask in selector.select(timeout):
        key.data(mask)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    try:
        listener = socket.create_server((options.host, options.port), backlog=128)
    except (OSError, OverflowError) as error:
        sys.exit(f"cannot listen: {error}")
    selector.register(listener, selectors.EVENT_READ, lambda mask: accept(listener))
    stopped = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.append(True))
    print("Will wait for client messages at port", listener.getsockname()[1])
    print("Waiting for incoming client connections ...", flush=True)
    while not stopped:
        turn(0.25)
    for person in list(people.values()):
        person.send(b"DISCONNECT CHAT/1.0\n")
    latest = time.monotonic() + 1
    while any(person.outbox for person in people.values()) and time.monotonic() < latest:
        turn(0.1)


if __name__ == "__main__":
    main()
