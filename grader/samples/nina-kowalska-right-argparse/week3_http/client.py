"""httpx.Client, one in each thread; pauses that grow from a quarter of a second to two."""

import itertools
import os
import secrets
import sys
import threading
import time

import httpx


def ends_with(sentence, status=1):
    print(sentence, file=sys.stderr, flush=True)
    os._exit(status)


def pauses():
    yield from (0.25, 0.5, 1)
    yield from itertools.repeat(2, 20)


def ask(client, method, **more):
    for pause in pauses():
        try:
            response = client.request(method, "messages", **more)
        except httpx.TransportError:
            time.sleep(pause)
            continue
        if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            if "json" not in response.headers.get("content-type", ""):
                ends_with("Somebody else answers now, and not with JSON.")
            return response
        time.sleep(max(pause, float(response.headers.get("retry-after", 0))))
    ends_with("The server has gone away, and does not come back.")


def listen(url, name, last):
    with httpx.Client(base_url=url, timeout=httpx.Timeout(5, read=60)) as client:
        while True:
            page = ask(client, "GET", params={"after": last, "wait": 20}).json()
            last = page["last"]
            for message in page["messages"]:
                if message["name"] != name:
                    print(f"{message['name']}: {message['text']}", flush=True)


def main(url, name):
    with httpx.Client(base_url=url) as client:
        try:
            first = client.get("messages", params={"after": 0})
            last = first.json()["last"]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
            ends_with(f"No chat at {url}: {error!r}")
        threading.Thread(target=listen, args=(url, name, last), daemon=True).start()
        try:
            for line in sys.stdin:
                if (text := line.rstrip("\r\n")) == "/quit":
                    break
                key = {"Idempotency-Key": secrets.token_hex()}
                answer = ask(client, "POST", json={"name": name, "text": text}, headers=key)
                if answer.is_error:
                    print("The server says:", answer.json()["error"])
        except KeyboardInterrupt:
            os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) != 3 or httpx.URL(sys.argv[1]).scheme not in ("http", "https") or sys.argv[2] == "":
        ends_with(f"usage: {sys.argv[0]} URL NAME", 2)
    main(*sys.argv[1:])
