"""A prompt that is drawn anew, colours, times; what was said before; its own lines once, when they come back."""

import datetime
import itertools
import os
import sys
import threading
import time
import uuid

import requests

DIM, BOLD, PLAIN = "\033[2m", "\033[1m", "\033[0m"


class Screen:
    def __init__(self, name):
        self.prompt, self.lock = f"{BOLD}{name}>{PLAIN} ", threading.Lock()

    def show(self, text="", colour=PLAIN):
        with self.lock:
            print(f"\r\033[K{colour}{text}{PLAIN}\n" if text else "\r\033[K", self.prompt, sep="", end="", flush=True)


class Chat:
    def __init__(self, url, name):
        self.url, self.name, self.screen = url, name, Screen(name)
        self.ids = set()

    def show(self, message):
        if message["id"] not in self.ids:
            self.ids.add(message["id"])
            said = datetime.datetime.fromisoformat(message["time"]).astimezone()
            colour = DIM if message["name"] == self.name else PLAIN
            self.screen.show(f"[{said:%H:%M}] {message['name']}: {message['text']}", colour)

    def listen(self):
        last = 0
        while True:
            page = self.ask("GET", params={"after": last, "wait": 20}).json()
            for message in page["messages"]:
                self.show(message)
                last = max(last, message["id"])

    def ask(self, method, **more):
        for attempt in itertools.count():
            try:
                answer = requests.request(method, self.url, timeout=60, **more)
                if answer.status_code != 503:
                    answer.json()
                    return answer
                time.sleep(int(answer.headers.get("Retry-After", "1")))
            except requests.JSONDecodeError:
                print(f"\n{self.url} is no chat any more.", file=sys.stderr)
                os._exit(1)
            except (requests.ConnectionError, requests.Timeout):
                if attempt == 100:
                    print("\nThe connection is lost.", file=sys.stderr)
                    os._exit(1)
                self.screen.show("(no connection ...)" if attempt == 2 else "", DIM)
                time.sleep(min(0.2 * 2**attempt, 2))

    def run(self):
        threading.Thread(target=self.listen, daemon=True).start()
        self.screen.show(f"Welcome, {self.name}. /quit ends.", DIM)
        while (line := sys.stdin.readline()) and line.strip() != "/quit":
            if line.strip():
                key = {"Idempotency-Key": str(uuid.uuid4())}
                answer = self.ask("POST", json={"name": self.name, "text": line[:-1]}, headers=key)
                self.screen.show("" if answer.ok else f"Not sent: {answer.json()['error']}", "\033[31m")
            else:
                self.screen.show()
        print("\nBye.")


def main():
    if len(sys.argv) != 3 or sys.argv[1].split("://")[0] not in ("http", "https") or not sys.argv[2]:
        print("Usage: client.py URL NAME", file=sys.stderr)
        sys.exit(2)
    url = sys.argv[1].rstrip("/")
    try:
        if "status" not in requests.get(f"{url}/health", timeout=10).json():
            sys.exit(f"{url} is no chat server.")
        Chat(f"{url}/messages", sys.argv[2]).run()
    except requests.RequestException:
        sys.exit(f"{url} is no chat server, or nobody is there.")
    except KeyboardInterrupt:
        print("\nBye.")


main()
