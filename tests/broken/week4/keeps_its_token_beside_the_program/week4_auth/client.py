"""A chat client with accounts: python client.py URL STUDENT_ID [--register] [--name NAME] [--cacert FILE]."""

import argparse
import getpass
import json
import os
import re
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import requests

TOKENS = Path(__file__).with_name("tokens.json")


class Trouble(Exception):
    """Why there is no chatting."""


class Refused(Trouble):
    """The server does not take this request."""


class Unauthorized(Trouble):
    """Status 401."""


class Client:
    def __init__(self, options):
        self.url, self.student_id = options.url.rstrip("/"), options.student_id
        self.name = options.name or options.student_id
        self.verify = options.cacert or True
        self.password = os.environ.get("CHAT_PASSWORD")
        self.key = f"{self.url} {self.student_id}"
        self.token = read_tokens().get(self.key)
        self.lock = threading.Lock()
        self.reached = False

    def register(self):
        self.password = self.password or getpass.getpass("Choose a password: ")
        fields = {"student_id": self.student_id, "password": self.password, "name": self.name}
        self.ask("POST", "/register", json=fields)
        self.token = None

    def log_in(self, dead):
        with self.lock:
            for tries_left in (2, 1, 0):
                if self.token != dead:  # the other thread was faster
                    return
                if not self.password and threading.current_thread() is not threading.main_thread():
                    raise Trouble("your login has ended: start the client again")
                password = self.password or getpass.getpass("Password: ")
                try:
                    answer = self.ask("POST", "/login", json={"student_id": self.student_id, "password": password})
                    self.password, self.token = password, answer["token"]
                    keep(self.key, self.token)
                except Unauthorized as refusal:
                    if self.password or not tries_left:
                        raise
                    print(refusal, file=sys.stderr)

    def log_out(self):
        self.lock.acquire()  # for good: the listener must not log in again
        try:
            self.ask("POST", "/logout", headers={"Authorization": f"Bearer {self.token}"})
        except Unauthorized:
            pass  # its time was over already
        keep(self.key, None)

    def with_token(self, method, path, headers={}, **more):
        token = self.token
        if token is None:
            self.log_in(None)
            token = self.token
        try:
            return self.ask(method, path, headers={**headers, "Authorization": f"Bearer {token}"}, **more)
        except Unauthorized:
            self.log_in(token)
        return self.ask(method, path, headers={**headers, "Authorization": f"Bearer {self.token}"}, **more)

    def chat(self):
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                return
            if line == "/logout":
                self.log_out()
                return
            if line:
                self.say(line)

    def say(self, text):
        try:
            self.with_token("POST", "/messages", {"Idempotency-Key": str(uuid.uuid4())}, json={"text": text})
        except Refused as refusal:
            print("not sent:", refusal, file=sys.stderr)

    def listen(self, last):
        try:
            while True:
                messages, last = self.poll(last, 20)
                for message in messages:
                    if message["name"] != self.name:
                        print(f"{message['name']}: {message['text']}", flush=True)
        except Trouble as trouble:
            print(trouble, file=sys.stderr)
            os._exit(1)

    def poll(self, last, wait):
        answer = self.with_token("GET", "/messages", params={"after": last, "wait": wait})
        return answer["messages"], answer["last"]

    def ask(self, method, path, **more):
        deadline = time.monotonic() + 60
        while True:
            pause = 0.5
            try:
                response = requests.request(
                    method, self.url + path, verify=self.verify, timeout=30, allow_redirects=False, **more
                )
                self.reached = True
                if response.status_code not in (429, 503):
                    return read(response)
                pause = int(response.headers.get("Retry-After", 1))
                print(f"{self.url} is busy, waiting for {pause} seconds", file=sys.stderr)
            except requests.RequestException as error:
                if not self.reached or time.monotonic() > deadline:
                    raise Trouble(f"{self.url} cannot be reached: {error}")
            time.sleep(pause)


def read(response):
    if response.is_redirect:
        raise Trouble(f"{response.url} sends us to {response.headers['Location']}, and we do not go there")
    try:
        answer = response.json() if response.content else {}
    except requests.JSONDecodeError:
        raise Trouble(f"{response.url} is no chat server")
    if response.status_code == 401:
        raise Unauthorized(answer["error"])
    if not response.ok:
        raise Refused(answer["error"])
    return answer


def read_tokens():
    try:
        return dict(json.loads(TOKENS.read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def keep(key, token):
    tokens = {**read_tokens(), key: token}
    if token is None:
        del tokens[key]
    TOKENS.parent.mkdir(parents=True, exist_ok=True)
    new = TOKENS.with_suffix(f".{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(tokens, file)
    new.replace(TOKENS)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("url", metavar="URL")
    parser.add_argument("student_id", metavar="STUDENT_ID")
    parser.add_argument("--register", action="store_true")
    parser.add_argument("--name")
    parser.add_argument("--cacert", metavar="FILE")
    options = parser.parse_args()
    url = urlsplit(options.url)
    if url.scheme not in ("http", "https") or not url.hostname:
        parser.error("the URL begins with http:// or https://")
    if not re.fullmatch("[A-Za-z0-9]{4,16}", options.student_id):
        parser.error("STUDENT_ID has 4 to 16 letters and digits")
    if url.scheme == "http" and not re.fullmatch(r"localhost|127(\.\d+){3}|::1", url.hostname):
        sys.exit(f"no password goes to {url.hostname} over http://: everybody on the way could read it")
    if options.cacert and not os.path.isfile(options.cacert):
        sys.exit(f"there is no file {options.cacert}")
    return options


def main():
    options = arguments()
    client = Client(options)
    try:
        if options.register:
            client.register()
        messages, last = client.poll(0, 0)
        threading.Thread(target=client.listen, args=(last,), daemon=True).start()
        client.chat()
    except KeyboardInterrupt:
        pass
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
