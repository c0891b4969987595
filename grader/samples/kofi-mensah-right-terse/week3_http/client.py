"""A thread that reads, a thread that posts what stands in a queue, a thread that prints; the first waits for the end."""

import queue
import re
import signal
import sys
import threading
import time
import uuid

import requests

lines, ending = queue.Queue(), queue.SimpleQueue()


def guarded(work):
    """What ends a thread ends the program, with its sentence."""

    def run(*arguments):
        try:
            ending.put(work(*arguments))
        except Exception as error:
            ending.put(f"{type(error).__name__}: {error}")

    return run


@guarded
def read():
    for line in sys.stdin:
        if line == "/quit\n":
            break
        lines.put((str(uuid.uuid4()), line[:-1]))
    lines.join()  # until all are posted


def post(url, name):
    while True:
        key, text = lines.get()
        body, headers = {"name": name, "text": text}, {"Idempotency-Key": key}
        answer = until_answered(lambda: requests.post(url, json=body, headers=headers, timeout=5))
        if answer.status_code != 201:
            print(f"not stored: {answer.json()['error']}")
        lines.task_done()


@guarded
def listen(url, name, last):
    while True:
        page = until_answered(lambda: requests.get(url, {"after": last, "wait": 10}, timeout=15)).json()
        print(*(f"{m['name']}: {m['text']}\n" for m in page["messages"] if m["name"] != name), sep="", end="", flush=True)
        last = page["last"]


def until_answered(request):
    start = time.monotonic()
    while True:
        try:
            answer = request()
            if answer.status_code != 503:
                return answer
            time.sleep(int(answer.headers.get("Retry-After", 2)))
        except requests.RequestException:
            if time.monotonic() - start > 60:
                raise
            time.sleep(0.2)


def main(url, name):
    signal.signal(signal.SIGINT, lambda *_: ending.put(None))
    try:
        last = requests.get(url).json()["last"]
    except (requests.RequestException, KeyError) as error:
        return f"no chat at {url}, {error}"
    for work in ((read,), (guarded(post), url, name), (listen, url, name, last)):
        threading.Thread(target=work[0], args=work[1:], daemon=True).start()
    return ending.get()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not re.match(r"https?://\w", sys.argv[1]) or not sys.argv[2]:
        print("usage: client.py URL NAME", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1].rstrip("/") + "/messages", sys.argv[2]))
