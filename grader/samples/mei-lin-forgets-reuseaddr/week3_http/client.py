"""Week 3: a chat client over HTTP, with requests.

It is started with: python lab5/week3_http/client.py URL NAME

Two threads. The first reads the keyboard and posts each line; the second asks for messages, one long poll after
another. They share nothing: each request makes a connection of its own. (A requests.Session would keep its connection
for the next request, but is not promised to be safe in two threads at a time.)
"""

import os
import re
import sys
import threading
import time
import uuid

import requests

WAIT = 20  # seconds for which the server may keep a question that it has no answer to
TIMEOUT = WAIT + 10  # seconds without a byte, after which nobody is there
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2  # seconds before a request is repeated: each time twice as long
EMPTY_PAUSE = 0.5  # seconds after an answer with no messages
GIVE_UP = 40  # seconds of repeating in vain


class Trouble(Exception):
    """There is no chatting with this server; the text says why."""


class Refused(Trouble):
    """The server does not take this one request; the text is its sentence."""


def main():
    url, name = arguments(sys.argv[1:])
    sys.stdin.reconfigure(errors="replace")  # what is no UTF-8 should end neither the reading
    sys.stdout.reconfigure(errors="replace")  # nor the printing
    try:
        last = newest(url)
        threading.Thread(target=listen, args=(url, name, last), daemon=True).start()
        for line in sys.stdin:
            line = line.rstrip("\r\n")
            if line == "/quit":
                break
            if line.strip():
                say(url, name, line)
    except KeyboardInterrupt:
        pass
    except Trouble as trouble:
        sys.exit(str(trouble))


def say(url, name, text):
    """Posts a message. All repetitions have the same key: the first may have been stored, and only its answer lost."""
    key = str(uuid.uuid4())
    try:
        message = ask("POST", url, json={"name": name, "text": text}, headers={"Idempotency-Key": key})
    except Refused as refused:
        print(f"not sent: {refused}", file=sys.stderr)
    else:
        if "id" not in message:
            raise Trouble(f"{url} is no chat server: it has not stored the message")


def listen(url, name, last):
    """Prints what others say, for ever."""
    try:
        while True:
            messages, last = poll(url, last, WAIT)
            for speaker, text in messages:
                if speaker != name:
                    print(f"{speaker}: {text}", flush=True)
            if not messages:
                time.sleep(EMPTY_PAUSE)  # a server that does not wait would be asked a thousand times a second
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        os._exit(1)  # sys.exit() would end this thread alone, and the other is waiting for the keyboard


def newest(url):
    """The id of the last message so far: what was said before we came is not shown."""
    messages, last = poll(url, 0, 0, at_start=True)
    while messages:
        messages, last = poll(url, last, 0, at_start=True)
    return last


def poll(url, last, wait, at_start=False):
    """What came after a message: pairs of name and text, and the id to ask with next time."""
    answer = ask("GET", url, at_start, params={"after": last, "wait": wait})
    try:
        return [(message["name"], message["text"]) for message in answer["messages"]], int(answer["last"])
    except (KeyError, TypeError, ValueError):
        raise Trouble(f"{url} is no chat server: its answer has no messages") from None


def ask(method, url, at_start=False, **more):
    """A request to /messages, again and again until there is an answer. Returns its JSON; raises Trouble."""
    pause, failing_since = FIRST_PAUSE, None
    while True:
        told = 0
        try:
            response = requests.request(method, f"{url}/messages", timeout=TIMEOUT, **more)
        except (requests.RequestException, ValueError):  # did it hear us? Nobody knows. (ValueError: an odd URL)
            trouble = f"no answer from {url}"
            if at_start:  # more likely a wrong URL than a server that is being restarted
                raise Trouble(trouble) from None
        else:
            if response.status_code != 503:
                return read(response, url)
            trouble = f"{url} is not available"
            told = seconds(response.headers.get("Retry-After", ""))
        failing_since = failing_since or time.monotonic()
        if time.monotonic() - failing_since > GIVE_UP:
            raise Trouble(f"{trouble}, for {GIVE_UP} seconds")
        time.sleep(max(pause, told))
        pause = min(2 * pause, LONGEST_PAUSE)


def read(response, url):
    """The JSON of an answer; raises Refused, or Trouble if it is nothing that a chat server says."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        answer = None
    if response.ok and isinstance(answer, dict):
        return answer
    what = f"{response.status_code} {response.reason}"
    if 400 <= response.status_code < 500 and isinstance(answer, dict) and "error" in answer:
        raise Refused(f"{url} answers {what}: {answer['error']}")
    raise Trouble(f"{url} is no chat server: it answers {what}, and not as agreed")


def seconds(text):
    """The number in a Retry-After, 0 if there is none; it may also be a date, which we do not read."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def arguments(words):
    """URL and NAME from the command line; ends the program with a usage line if they are not there."""
    if len(words) != 2 or not re.fullmatch(r"https?://[^\s?#]+", words[0]) or not words[1].strip():
        print("usage: client.py URL NAME    (URL as http://localhost:8008)", file=sys.stderr)
        sys.exit(2)
    return words[0].rstrip("/"), words[1]


if __name__ == "__main__":
    main()
