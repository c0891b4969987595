"""A chat client over HTTP: python client.py URL NAME."""

import os
import sys
import threading
import time
import uuid

import requests


class Trouble(Exception):
    """Why there is no chatting."""


def main():
    if len(sys.argv) != 3 or not sys.argv[1].startswith(("http://", "https://")) or not sys.argv[2]:
        print("usage: client.py URL NAME", file=sys.stderr)
        sys.exit(2)
    url, name = sys.argv[1].rstrip("/"), sys.argv[2]
    try:
        messages, last = poll(url, 0, 0, at_start=True)
        threading.Thread(target=listen, args=(url, name, last), daemon=True).start()
        for line in sys.stdin:
            line = line.rstrip("\n")
            if line == "/quit":
                break
            if line:
                say(url, name, line)
    except KeyboardInterrupt:
        pass
    except Trouble as trouble:
        sys.exit(str(trouble))


def say(url, name, text):
    key = str(uuid.uuid4())
    response = ask("POST", url, json={"name": name, "text": text}, headers={"Idempotency-Key": key})
    if response.status_code != 201:
        print("not sent:", response.json()["error"], file=sys.stderr)


def listen(url, name, last):
    try:
        while True:
            messages, last = poll(url, last, 20)
            for message in messages:
                if message["name"] != name:
                    print(f"{message['name']}: {message['text']}", flush=True)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        os._exit(1)


def poll(url, last, wait, at_start=False):
    response = ask("GET", url, at_start, params={"after": last, "wait": wait})
    try:
        answer = response.json()
        return answer["messages"], answer["last"]
    except (ValueError, KeyError):
        raise Trouble(f"there is no chat at {url}: {response.status_code} {response.reason}")


def ask(method, url, at_start=False, **more):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        pause = 0.5
        try:
            response = requests.request(method, f"{url}/messages", timeout=30, **more)
            if response.status_code != 503:
                return response
        except requests.RequestException:
            if at_start:
                break
        time.sleep(pause)
    raise Trouble(f"{url} does not answer")


if __name__ == "__main__":
    main()
