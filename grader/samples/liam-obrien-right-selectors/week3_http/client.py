"""One thread: keyboard, poll and post are descriptors in one selector; sockets never block after they are connected."""

import json
import os
import selectors
import socket
import sys
import time
import uuid
from collections import deque
from urllib.parse import urlsplit

GIVE_UP = 35


class Exchange:
    """A request that is made again until there is an answer."""

    def __init__(self, chat, target, body=b"", key=""):
        more = f"Content-Type: application/json\r\nIdempotency-Key: {key}\r\n" if body else ""
        method = "POST" if body else "GET"
        head = f"{method} {target} HTTP/1.0\r\nHost: {chat.place.netloc}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        self.chat, self.request = chat, head.encode() + body
        self.since = time.monotonic()
        self.due, self.socket = 0.0, None

    def start(self):
        self.due, self.came = None, b""
        try:
            self.socket = socket.create_connection((self.chat.place.hostname, self.chat.place.port), timeout=5)
            self.socket.sendall(self.request)
        except OSError:
            self.later(0.5)
            return
        self.chat.selector.register(self.socket, selectors.EVENT_READ, self.read)

    def read(self):
        try:
            piece = self.socket.recv(65536)
        except OSError:
            piece = b""
        self.came += piece
        head, _, body = self.came.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
        if piece and len(body) < int(fields.get("content-length", 1 << 40)):
            return
        self.chat.selector.unregister(self.socket)
        self.socket.close()
        if b" 503 " in head[:13]:
            self.later(float(fields.get("retry-after", 0.5)))
        elif len(body) < int(fields.get("content-length", 1)):
            self.later(0.5)
        else:
            self.answered(int(head.split()[1]), body)

    def later(self, pause):
        if time.monotonic() > self.since + GIVE_UP or self.chat.last is None and pause == 0.5 and not self.came:
            sys.exit("nobody answers")
        self.due = time.monotonic() + pause


class Poll(Exchange):
    def answered(self, status, body):
        try:
            page = json.loads(body)
            messages, self.chat.last = page["messages"], page["last"]
        except (ValueError, KeyError):
            sys.exit(f"there is no chat: {status} {body[:60]!r}")
        for message in messages:
            if message["name"] != self.chat.name:
                print(f"{message['name']}: {message['text']}", flush=True)
        self.chat.exchanges[0] = self.chat.poll(20)


class Post(Exchange):
    def answered(self, status, body):
        if status != 201:
            print(json.loads(body)["error"], file=sys.stderr)
        self.chat.exchanges.pop(1)


class Chat:
    def __init__(self, url, name):
        self.place, self.name, self.last = urlsplit(url), name, None
        self.path = self.place.path.rstrip("/") + "/messages"
        self.selector = selectors.DefaultSelector()
        self.typed, self.half, self.is_over = deque(), b"", False
        self.exchanges = [self.poll(0)]

    def poll(self, wait):
        return Poll(self, f"{self.path}?after={self.last or 0}&wait={wait}")

    def keyboard(self):
        data = os.read(0, 4096)
        *lines, self.half = (self.half + data).split(b"\n")
        self.typed.extend(line.decode() for line in lines if line and not self.is_over)
        if not data or "/quit" in self.typed:
            self.is_over = True
            self.selector.unregister(0)

    def run(self):
        self.selector.register(0, selectors.EVENT_READ, self.keyboard)
        while self.typed or len(self.exchanges) == 2 or not self.is_over:
            if self.typed and len(self.exchanges) == 1:
                text = self.typed.popleft()
                if text == "/quit":
                    return
                body = json.dumps({"name": self.name, "text": text}).encode()
                self.exchanges.append(Post(self, self.path, body, uuid.uuid4()))
            for exchange in list(self.exchanges):
                if exchange.due is not None and exchange.due <= time.monotonic():
                    exchange.start()
            due = [exchange.due for exchange in self.exchanges if exchange.due is not None]
            for key, _ in self.selector.select(max(0, min(due) - time.monotonic()) if due else None):
                key.data()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].startswith("http://") or not sys.argv[2]:
        print("usage: client.py http://HOST:PORT NAME", file=sys.stderr)
        sys.exit(2)
    try:
        Chat(*sys.argv[1:]).run()
    except KeyboardInterrupt:
        pass
