"""The whole screen is drawn again for each message, the latest 300 of them; no curses."""

import os
import sys
import threading
import time
import uuid

import requests


def draw(messages, name):
    lines = [f"{message['name']}: {message['text']}" for message in messages[-300:]]
    sys.stdout.write("\x1b[2J\x1b[H" + "\n".join([*lines, f"-- {name} --", ""]))
    sys.stdout.flush()


def ask(method, url, **more):
    for _ in range(60):
        try:
            response = requests.request(method, url, **more)
            if response.status_code != 503:
                response.json()
                return response
            time.sleep(int(response.headers.get("Retry-After", 1)))
        except requests.exceptions.JSONDecodeError:
            break
        except requests.exceptions.RequestException:
            time.sleep(0.6)
    print("the chat is gone", file=sys.stderr)
    os._exit(1)


def listen(url, name):
    messages = []
    while True:
        last = messages[-1]["id"] if messages else 0
        new = ask("GET", url, params={"after": last, "wait": 12}).json()["messages"]
        messages += new
        if new:
            draw(messages, name)


def main():
    if len(sys.argv) != 3 or not all(sys.argv[1:]) or not sys.argv[1].startswith(("http://", "https://")):
        print("usage: client.py URL NAME", file=sys.stderr)
        sys.exit(2)
    url, name = sys.argv[1].rstrip("/") + "/messages", sys.argv[2]
    try:
        response = requests.get(url)
        response.raise_for_status()
        response.json()["messages"]
    except (requests.RequestException, LookupError) as error:
        sys.exit(f"no chat: {error}")
    draw([], name)
    threading.Thread(target=listen, args=(url, name), daemon=True).start()
    try:
        for line in iter(sys.stdin.readline, ""):
            if line == "/quit\n":
                break
            body = {"name": name, "text": line[:-1]}
            response = ask("POST", url, json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
            if response.status_code != 201:
                print(response.json()["error"], file=sys.stderr)
    except KeyboardInterrupt:
        pass


main()
