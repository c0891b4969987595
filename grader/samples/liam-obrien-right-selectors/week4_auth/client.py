"""One thread: a selector looks after the keyboard, the poll and the line that is being posted."""

import argparse
import getpass
import ipaddress
import json
import os
import re
import selectors
import socket
import ssl
import sys
import time
import uuid
from urllib.parse import urlsplit


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("url", metavar="URL")
    parser.add_argument("student_id", metavar="STUDENT_ID")
    parser.add_argument("--register", action="store_true")
    parser.add_argument("--name")
    parser.add_argument("--cacert", metavar="FILE")
    options = parser.parse_args()
    place = urlsplit(options.url.rstrip("/"))
    if place.scheme not in ("http", "https") or not place.hostname:
        parser.error("URL: http:// or https://")
    if not re.fullmatch("[A-Za-z0-9]{4,16}", options.student_id):
        parser.error("STUDENT_ID: 4 to 16 letters and digits")
    if place.scheme == "http" and place.hostname != "localhost" and not is_loopback(place.hostname):
        sys.exit(f"refusing to send a password to {place.hostname} without TLS")
    if options.cacert and not os.access(options.cacert, os.R_OK):
        sys.exit(f"cannot read {options.cacert}")
    return options, place


def is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def token_file():
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(folder, "lab5", "tokens.json")


def read_tokens():
    try:
        with open(token_file()) as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_tokens(tokens):
    path = token_file()
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    new = f"{path}.{os.getpid()}"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(tokens, file, indent=2)
    os.replace(new, path)


def fail(sentence):
    sys.exit(f"client: {sentence}")


class Exchange:
    """A request on its way, on a connection of its own."""

    def __init__(self, method, path, fields=None, **headers):
        self.method, self.path, self.headers = method, path, headers
        self.body = b"" if fields is None else json.dumps(fields).encode()
        self.not_before = 0.0
        self.socket = None

    def begin(self):
        """Connects and sends; raises OSError."""
        lines = [f"{self.method} {PLACE.path}{self.path} HTTP/1.1", f"Host: {PLACE.netloc}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body)}"] if self.method == "POST" else []
        lines += ["Content-Type: application/json"] if self.body else []
        connection = socket.create_connection((PLACE.hostname, PLACE.port or {"http": 80}.get(PLACE.scheme, 443)), 10)
        if PLACE.scheme == "https":
            connection = CONTEXT.wrap_socket(connection, server_hostname=PLACE.hostname)
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + self.body)
        self.socket, self.came = connection, b""

    def receive(self):
        """Whether all of the answer is there; raises OSError."""
        try:
            while data := self.socket.recv(65536):
                self.came += data
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        self.socket.close()
        return True

    def answer(self):
        head, end, body = self.came.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        if not end or len(body) < int(headers.get("content-length", 0)):
            raise ConnectionError("the answer is cut off")
        status = int(first.split()[1])
        if 300 <= status < 400:
            fail(f"{PLACE.netloc} sends us to {headers.get('location')}, where we do not go")
        try:
            return status, headers, json.loads(body or b"{}")
        except ValueError:
            fail(f"{PLACE.netloc} is no chat server")

    def at_once(self):
        """Sends it, and waits for the answer: nothing else is to be done."""
        while True:
            try:
                self.begin()
                while not self.receive():
                    pass
                status, headers, answer = self.answer()
            except OSError as error:
                fail(f"{PLACE.netloc} cannot be reached: {error}")
            if status not in (429, 503):
                return status, answer
            pause = int(headers.get("retry-after", 1))
            print(f"{PLACE.netloc} wants us to wait for {pause} seconds", file=sys.stderr)
            time.sleep(pause)


class Client:
    def __init__(self):
        self.name = OPTIONS.name or OPTIONS.student_id
        self.key = f"{OPTIONS.url.rstrip('/')} {OPTIONS.student_id}"
        self.password = os.environ.get("CHAT_PASSWORD")
        self.token = read_tokens().get(self.key)
        self.selector = selectors.DefaultSelector()
        self.rest, self.lines, self.last = b"", [], 0
        self.poll = self.post = None
        self.failing_since = None

    def register(self):
        self.password = self.password or getpass.getpass("a new password: ")
        fields = {"student_id": OPTIONS.student_id, "password": self.password, "name": self.name}
        status, answer = Exchange("POST", "/register", fields).at_once()
        if status != 201:
            fail(answer["error"])
        self.token = None

    def log_in(self):
        for chance in (1, 2, 3):
            password = self.password or getpass.getpass("password: ")
            fields = {"student_id": OPTIONS.student_id, "password": password}
            status, answer = Exchange("POST", "/login", fields).at_once()
            if status == 200:
                self.password, self.token = password, answer["token"]
                return write_tokens({**read_tokens(), self.key: self.token})
            if status != 401 or self.password or chance == 3:
                fail(answer["error"])
            print(answer["error"], file=sys.stderr)

    def run(self):
        if not self.token:
            self.log_in()
        self.selector.register(0, selectors.EVENT_READ)
        self.poll = Exchange("GET", "/messages?after=0")
        self.poll.is_first = True
        while True:
            self.post = self.post or self.next_post()
            if self.post == "over":
                return
            for exchange in filter(None, (self.poll, self.post)):
                if exchange.socket is None and time.monotonic() >= exchange.not_before:
                    self.start(exchange)
            for key, _ in self.selector.select(0.1):
                if key.fd == 0:
                    self.read_keyboard()
                elif key.data.socket is key.fileobj:
                    self.take(key.data)

    def next_post(self):
        if not self.lines or self.last == 0 and self.poll.is_first:
            return None
        line = self.lines.pop(0)
        if line == "/quit":
            return "over"
        if line == "/logout":
            return Exchange("POST", "/logout")
        return Exchange("POST", "/messages", {"text": line}, Idempotency_Key=uuid.uuid4()) if line else None

    def start(self, exchange):
        exchange.token = exchange.headers["Authorization"] = f"Bearer {self.token}"
        try:
            exchange.begin()
        except OSError as error:
            return self.broken(exchange, error)
        exchange.socket.setblocking(False)
        self.selector.register(exchange.socket, selectors.EVENT_READ, exchange)

    def broken(self, exchange, error, pause=0.5):
        exchange.socket = None
        exchange.not_before = time.monotonic() + pause
        self.failing_since = self.failing_since or time.monotonic()
        if time.monotonic() - self.failing_since > 45 or self.poll.is_first:
            fail(f"{PLACE.netloc} does not answer: {error}")

    def take(self, exchange):
        kept = exchange.socket
        try:
            if not exchange.receive():
                return
            status, headers, answer = exchange.answer()
        except OSError as error:
            self.selector.unregister(kept)
            kept.close()
            return self.broken(exchange, error)
        self.selector.unregister(kept)
        exchange.socket = None
        if status == 503:
            exchange.not_before = time.monotonic() + max(0.5, int(headers.get("retry-after", 0)))
            return
        self.failing_since = None
        is_leaving = self.post == "over" or self.post is not None and self.post.path == "/logout"
        if is_leaving and exchange is self.poll:
            exchange.not_before = float("inf")
        elif status == 401 and not is_leaving:
            if exchange.token == f"Bearer {self.token}":
                self.log_in()
        elif exchange is self.poll:
            self.print_all(status, answer)
        else:
            self.posted(exchange, status, answer)

    def print_all(self, status, answer):
        if status != 200:
            fail(answer["error"])
        for message in answer["messages"]:
            if message["name"] != self.name and not self.poll.is_first:
                print(f"{message['name']}: {message['text']}", flush=True)
        self.last = answer["last"]
        self.poll = Exchange("GET", f"/messages?after={self.last}&wait=20")
        self.poll.is_first = False

    def posted(self, exchange, status, answer):
        self.post = None
        if exchange.path == "/logout":
            write_tokens({key: token for key, token in read_tokens().items() if key != self.key})
            self.post = "over"
        elif status != 201:
            print(answer["error"], file=sys.stderr)

    def read_keyboard(self):
        data = os.read(0, 4096)
        *lines, self.rest = (self.rest + data).split(b"\n")
        self.lines += [line.decode(errors="replace") for line in lines]
        if not data:
            self.selector.unregister(0)
            self.lines.append("/quit")


OPTIONS, PLACE = arguments()
CONTEXT = ssl.create_default_context(cafile=OPTIONS.cacert)
try:
    client = Client()
    if OPTIONS.register:
        client.register()
    client.run()
except (KeyboardInterrupt, EOFError):
    pass
