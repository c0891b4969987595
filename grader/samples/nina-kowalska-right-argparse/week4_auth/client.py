"""httpx.Client, and the tokens in lists."""

import argparse
import getpass
import ipaddress
import json
import os
import re
import ssl
import sys
import tempfile
import threading
import time
import uuid
from urllib.parse import urlsplit

import httpx

NO_ANSWER = (httpx.TransportError,)


def exchange(method, path, headers, body):
    answer = CLIENT.request(method, path, headers=headers, content=body)
    return answer.status_code, answer.headers, answer.content


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
    """{"servers": [{"url": ..., "accounts": [{"id": ..., "token": ...}]}]} as a dict."""
    try:
        with open(token_file()) as file:
            servers = json.load(file)["servers"]
        return {f"{s['url']} {a['id']}": a["token"] for s in servers for a in s["accounts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_tokens(tokens):
    servers = {}
    for key, token in tokens.items():
        url, student_id = key.split(" ")
        servers.setdefault(url, []).append({"id": student_id, "token": token})
    text = json.dumps({"version": 1, "servers": [{"url": url, "accounts": them} for url, them in servers.items()]})
    os.makedirs(os.path.dirname(token_file()), mode=0o700, exist_ok=True)
    before = os.umask(0o177)
    try:
        with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(token_file()), delete=False) as file:
            file.write(text)
    finally:
        os.umask(before)
    os.replace(file.name, token_file())


def typed(prompt):
    try:
        return getpass.getpass(prompt)
    except EOFError:
        fail("no password")


def fail(sentence):
    print(sentence, file=sys.stderr, flush=True)
    os._exit(1)


class Chat:
    def __init__(self, options):
        self.options = options
        self.name = options.name or options.student_id
        self.key = f"{options.url.rstrip('/')} {options.student_id}"
        self.token = read_tokens().get(self.key)
        self.password = os.environ.get("CHAT_PASSWORD")
        self.lock = threading.Lock()
        self.answered = False

    def talk(self, method, path, fields=None, headers=()):
        """Status and JSON of the answer; asked again while nobody answers."""
        body = None if fields is None else json.dumps(fields).encode()
        headers = dict(headers) if body is None else {"Content-Type": "application/json", **dict(headers)}
        give_up, pause = time.monotonic() + 45, 0.25
        while True:
            try:
                status, came, data = exchange(method, path, headers, body)
            except NO_ANSWER as error:
                if not self.answered or time.monotonic() > give_up:
                    fail(f"{PLACE.netloc} cannot be reached: {error}")
            else:
                self.answered = True
                if 300 <= status < 400:
                    fail(f"{PLACE.netloc} sends us elsewhere, and we stay here")
                if status not in (429, 503):
                    return status, self.read(data)
                pause = max(pause, float(came.get("retry-after", 0)))
                print(f"{PLACE.netloc} says {status}: again in {pause:g} s", file=sys.stderr)
            time.sleep(pause)
            pause = min(2, pause * 2)

    def read(self, data):
        try:
            return json.loads(data) if data else {}
        except ValueError:
            fail(f"{PLACE.netloc} is no chat server")

    def register(self):
        if not self.password:
            self.password = typed("New password: ")
        fields = {"student_id": self.options.student_id, "password": self.password, "name": self.name}
        status, answer = self.talk("POST", "/register", fields)
        if status != 201:
            fail(answer["error"])
        self.token = None

    def log_in(self):
        for chance in (1, 2, 3):
            if not self.password and threading.current_thread() is not threading.main_thread():
                fail("logged out by the server: start the client again")
            password = self.password or typed("Your password: ")
            fields = {"student_id": self.options.student_id, "password": password}
            status, answer = self.talk("POST", "/login", fields)
            if status == 200:
                self.password, self.token = password, answer["token"]
                write_tokens({**read_tokens(), self.key: self.token})
                return
            if status != 401 or self.password or chance == 3:
                fail(answer["error"])
            print(answer["error"], file=sys.stderr)

    def with_token(self, method, path, fields=None, headers=()):
        for _ in range(3):
            with self.lock:
                if not self.token:
                    self.log_in()
                token = self.token
            status, answer = self.talk(method, path, fields, {**dict(headers), "Authorization": f"Bearer {token}"})
            if status != 401:
                return status, answer
            with self.lock:
                if self.token == token:
                    self.token = None
        fail("no token is good enough")

    def log_out(self):
        self.lock.acquire()  # for good: the other thread must not log in again
        self.talk("POST", "/logout", headers={"Authorization": f"Bearer {self.token}"})
        write_tokens({key: token for key, token in read_tokens().items() if key != self.key})

    def poll(self, last, wait):
        status, answer = self.with_token("GET", f"/messages?after={last}&wait={wait}")
        if status != 200:
            fail(answer["error"])
        return answer["messages"], answer["last"]

    def listen(self, last):
        while True:
            messages, last = self.poll(last, 20)
            for message in messages:
                if message["name"] != self.name:
                    show(message)

    def say(self, text):
        status, answer = self.with_token("POST", "/messages", {"text": text}, {"Idempotency-Key": uuid.uuid4().hex})
        if status != 201:
            print("not sent:", answer["error"], file=sys.stderr)


def show(message):
    print(f"{message['name']}: {message['text']}", flush=True)


def main():
    chat = Chat(OPTIONS)
    if OPTIONS.register:
        chat.register()
    messages, last = chat.poll(0, 0)
    threading.Thread(target=chat.listen, args=(last,), daemon=True).start()
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "/quit":
            return
        if line == "/logout":
            return chat.log_out()
        if line:
            chat.say(line)


if __name__ == "__main__":
    OPTIONS, PLACE = arguments()
    CONTEXT = ssl.create_default_context(cafile=OPTIONS.cacert)
    CLIENT = httpx.Client(base_url=PLACE.geturl(), verify=CONTEXT, timeout=40, trust_env=False)
    try:
        main()
    except KeyboardInterrupt:
        pass
