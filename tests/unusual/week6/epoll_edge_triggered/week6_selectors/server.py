"""Edge-triggered epoll: each event comes once, so everything is read until EAGAIN; both directions are watched once."""

import argparse
import re
import select
import signal
import socket
import sys

EVENTS = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET
LONGEST = 65536


class Session:
    everybody = {}
    epoll = select.epoll()

    def __init__(self, sock):
        self.sock, self.name, self.rest, self.queue, self.open = sock, b"", b"", [], True
        sock.setblocking(False)
        Session.everybody[sock.fileno()] = self
        Session.epoll.register(sock, EVENTS)

    def on_event(self, event):
        if event & select.EPOLLOUT:
            self.flush()
        while self.open:
            try:
                data = self.sock.recv(LONGEST)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                return self.close()
            self.on_data(data)

    def on_data(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            if not self.open:
                return
            if len(line) >= LONGEST:
                return self.close()
            self.on_line(line) if self.name else self.on_first_line(line)
        if len(self.rest) >= LONGEST:
            self.close()

    def on_first_line(self, line):
        found = re.fullmatch(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0\r?", line)
        if not found or found[1] in [other.name for other in Session.everybody.values()]:
            self.write(b"401 Client already registered\n" if found else b"400 Invalid registration\n")
            self.close()
        else:
            self.name = found[1]
            self.write(b"200 Registration successful\n")

    def on_line(self, line):
        if line.rstrip(b"\r") == b"DISCONNECT " + self.name + b" CHAT/1.0":
            return self.close()
        if line:
            for other in [*Session.everybody.values()]:
                if other.name and other is not self:
                    other.write(line + b"\n")

    def write(self, data):
        self.queue.append(data)
        self.flush()
        if sum(map(len, self.queue)) > 1 << 20:
            self.close()

    def flush(self):
        try:
            while self.queue and self.open:
                sent = self.sock.send(self.queue[0])
                self.queue[0:1] = [self.queue[0][sent:]] if sent < len(self.queue[0]) else []
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def close(self):
        if self.open:
            self.open = False
            Session.epoll.unregister(self.sock)
            del Session.everybody[self.sock.fileno()]
            self.sock.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="::1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    try:
        listener = socket.create_server((options.host, options.port), family=socket.AF_INET6, backlog=128)
    except OSError as error:
        sys.exit(f"{options.host} port {options.port}: {error.strerror}")
    print("Will wait for client messages at port", listener.getsockname()[1])
    Session.epoll.register(listener)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            for number, event in Session.epoll.poll():
                if number == listener.fileno():
                    Session(listener.accept()[0])
                elif number in Session.everybody:
                    Session.everybody[number].on_event(event)
    except KeyboardInterrupt:
        for session in [*Session.everybody.values()]:
            if session.name:
                session.write(b"DISCONNECT CHAT/1.0\n")


main()
