"""Each request is a process of curl."""

import json
import os
import subprocess
import sys
import threading
import time
import uuid

HEADERS = ["-w", "\n%{http_code} %header{retry-after}"]  # behind the body


def curl(*words, data=None):
    """Status and body; the status is 0 where there was no answer."""
    body = None if data is None else json.dumps(data).encode()
    more = [] if data is None else ["--data-binary", "@-", "-H", "Content-Type: application/json"]
    done = subprocess.run(["curl", "-s", "-m", "40", *HEADERS, *more, *words], input=body or b"", capture_output=True)
    text, _, last = done.stdout.decode().rpartition("\n")
    status, _, pause = last.partition(" ")
    return int(status) if not done.returncode else 0, text, float(pause) if pause.isdigit() else 1.0


def persistently(*words, data=None):
    for _ in range(35):
        status, text, pause = curl(*words, data=data)
        if status not in (0, 503):
            break
        time.sleep(pause)
    try:
        return status, json.loads(text)
    except ValueError:
        give_up(f"the chat is gone: {status}")


def give_up(sentence):
    print(sentence, file=sys.stderr)
    os._exit(1)


def listen(url, name, last):
    while True:
        _, page = persistently(f"{url}?after={last}&wait=20")
        last = page["last"]
        for message in page["messages"]:
            if message["name"] != name:
                print(f"{message['name']}: {message['text']}")


def main():
    if len(sys.argv) != 3 or not sys.argv[1].startswith(("http://", "https://")) or not sys.argv[2]:
        print("usage: client.py URL NAME", file=sys.stderr)
        return 2
    url, name = sys.argv[1].rstrip("/") + "/messages", sys.argv[2]
    status, text, _ = curl(url)
    try:
        last = json.loads(text)["last"]
    except (ValueError, KeyError):
        give_up(f"there is no chat at {url} ({status})")
    threading.Thread(target=listen, args=(url, name, last), daemon=True).start()
    for line in sys.stdin:
        text = line.rstrip("\n")
        if text == "/quit":
            return 0
        status, answer = persistently(url, "-H", f"Idempotency-Key: {uuid.uuid4()}", data={"name": name, "text": text})
        if status != 201:
            print(answer["error"])
    return 0


try:
    status = main()
except KeyboardInterrupt:
    status = 0
sys.stdout.flush()
os._exit(status)
