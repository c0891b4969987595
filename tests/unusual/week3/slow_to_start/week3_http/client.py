"""Takes two seconds to start, knocks with HEAD /health, and shows each line itself when it has been stored."""

import os
import sys
import threading
import time
import uuid

import requests


def stop(status, *words):
    print(*words, file=sys.stderr, flush=True)
    os._exit(status)


def persist(request):
    for _ in range(25):
        try:
            answer = request()
            if answer.status_code != 503 and "json" not in answer.headers.get("Content-Type", ""):
                stop(1, "somebody else answers, who does not chat")
            if answer.status_code != 503:
                return answer
            time.sleep(float(answer.headers.get("Retry-After", 1.5)))
        except requests.RequestException:
            time.sleep(1.5)
    stop(1, "no answer for a long time")


class Listener(threading.Thread):
    def __init__(self, url, name):
        super().__init__(daemon=True)
        self.url, self.name, self.last = url, name, 0

    def run(self):
        while True:
            page = persist(lambda: requests.get(self.url, {"after": self.last, "wait": 20})).json()
            self.last = page["last"]
            for message in page["messages"]:
                if message["name"] != self.name:
                    print(f"{message['name']}: {message['text']}")


def main():
    if len(sys.argv) != 3 or not sys.argv[1].lower().startswith(("http://", "https://")) or not sys.argv[2]:
        stop(2, "usage: client.py URL NAME")
    time.sleep(2)
    url, name = sys.argv[1].rstrip("/"), sys.argv[2]
    try:
        health = requests.head(f"{url}/health", timeout=5)
    except requests.RequestException as error:
        stop(1, "nobody there:", error)
    if health.status_code != 200 or health.headers.get("Content-Type") != "application/json":
        stop(1, "no chat there:", health.status_code, health.headers.get("Content-Type"))
    Listener(f"{url}/messages", name).start()
    for line in sys.stdin:
        text = line.rstrip("\n")
        if text == "/quit":
            break
        key = str(uuid.uuid4())
        answer = persist(
            lambda: requests.post(f"{url}/messages", json={"name": name, "text": text}, headers={"Idempotency-Key": key})
        )
        if answer.status_code == 201:
            print(f"{name}: {text}")
        else:
            print(f"refused: {answer.json()['error']}")


try:
    main()
except KeyboardInterrupt:
    os._exit(0)
