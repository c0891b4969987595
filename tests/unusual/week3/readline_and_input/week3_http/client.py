"""input() with readline, whose line is drawn again below each message."""

import os
import readline
import sys
import threading
import time
import uuid

import requests


class Server:
    def __init__(self, url):
        self.url = f"{url.rstrip('/')}/messages"
        self.session = requests.Session()

    def once(self, method, **more):
        """An answer, or None and how long to wait."""
        try:
            answer = self.session.request(method, self.url, timeout=(3.05, 27), **more)
        except (requests.ConnectionError, requests.Timeout):
            return None, 0.7
        return (answer, 0) if answer.status_code != 503 else (None, int(answer.headers.get("Retry-After", 1)))

    def ask(self, method, **more):
        trouble_since = time.monotonic()
        while True:
            answer, pause = self.once(method, **more)
            if answer is not None:
                break
            if time.monotonic() > trouble_since + 60:
                print(f"\n{self.url} does not answer", file=sys.stderr)
                os._exit(1)
            time.sleep(pause)
        if "json" not in answer.headers.get("Content-Type", ""):
            print(f"\n{self.url} does not chat any more", file=sys.stderr)
            os._exit(1)
        return answer


def listen(server, name, last):
    while True:
        page = server.ask("GET", params={"wait": 25, "after": last}).json()
        last = page["last"]
        for message in page["messages"]:
            if message["name"] != name:
                sys.stdout.write(f"\r\x1b[2K{message['name']}: {message['text']}\n> {readline.get_line_buffer()}")
                sys.stdout.flush()


def chat(url, name):
    server = Server(url)
    answer, _ = server.once("GET")
    if answer is None or not answer.ok or "json" not in answer.headers["Content-Type"]:
        sys.exit(f"{url}: nobody is there who chats")
    threading.Thread(target=listen, args=(Server(url), name, answer.json()["last"]), daemon=True).start()
    while (text := input("> ")) != "/quit":
        if not text:
            continue
        answer = server.ask("POST", json={"name": name, "text": text}, headers={"Idempotency-Key": str(uuid.uuid4())})
        if answer.status_code >= 400:
            print(answer.json()["error"])


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url, name] if url.startswith(("http://", "https://")) and name:
            try:
                chat(url, name)
            except (EOFError, KeyboardInterrupt):
                print()
        case _:
            print("usage: client.py URL NAME", file=sys.stderr)
            sys.exit(2)
