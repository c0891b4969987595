"""requests.Session in each thread, whose adapter repeats what got 503 or no answer: urllib3's Retry, for POST too."""

import os
import sys
import threading
import uuid

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

AGAIN = Retry(
    total=30,
    backoff_factor=0.25,
    backoff_max=2,
    status_forcelist=[503],
    allowed_methods=None,  # every method: with the key a POST may be repeated
    respect_retry_after_header=True,
)


def session():
    made = requests.Session()
    made.mount("http://", HTTPAdapter(max_retries=AGAIN))
    made.mount("https://", HTTPAdapter(max_retries=AGAIN))
    return made


def listen(url, name, last):
    try:
        with session() as server:
            while True:
                page = server.get(url, params={"after": last, "wait": 20}, timeout=(5, 25)).json()
                for message in page["messages"]:
                    if message["name"] != name:
                        print(f"{message['name']}: {message['text']}", flush=True)
                last = page["last"]
    except (requests.RequestException, ValueError, KeyError) as error:
        print("No more messages:", error, file=sys.stderr)
        os._exit(1)


def main():
    url, name = f"{sys.argv[1].rstrip('/')}/messages", sys.argv[2]
    answer = requests.get(url, timeout=5)
    if not answer.ok:
        sys.exit(f"{url}: {answer.status_code} {answer.reason}")
    threading.Thread(target=listen, args=(url, name, answer.json()["last"]), daemon=True).start()
    with session() as server:
        for line in map(str.rstrip, sys.stdin):
            if line == "/quit":
                break
            headers = {"Idempotency-Key": str(uuid.uuid1())}
            answer = server.post(url, json={"name": name, "text": line}, headers=headers, timeout=10)
            if not answer.ok:
                print(answer.text, file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].startswith(("http://", "https://")) or not sys.argv[2]:
        print(__doc__, "usage: client.py URL NAME", sep="\n", file=sys.stderr)
        sys.exit(2)
    try:
        main()
    except KeyboardInterrupt:
        print()
    except (requests.RequestException, KeyError) as error:
        sys.exit(f"No chat: {type(error).__name__}")
