"""The standard library only: urllib.request; polls of 5 seconds; prints history, and its own lines once."""

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


def main():
    if len(sys.argv) != 3 or urllib.parse.urlsplit(sys.argv[1]).scheme not in ("http", "https") or not sys.argv[2]:
        sys.stderr.write("Usage: python client.py URL NAME\n")
        return 2
    url, name = sys.argv[1].rstrip("/") + "/messages", sys.argv[2]
    status, page = request(url + "?after=0", is_first=True)
    if status != 200 or "messages" not in page:
        return f"{url}: there is no chat ({status})"
    threading.Thread(target=listen, args=(url, page), daemon=True).start()
    try:
        while (line := sys.stdin.readline()) and line != "/quit\n":
            text = line.removesuffix("\n")
            status, answer = request(url, {"name": name, "text": text}, str(uuid.uuid4()))
            if status != 201:
                print(f"{status}: {answer['error']}", file=sys.stderr)
    except KeyboardInterrupt:
        print("bye")
    return 0


def listen(url, page):
    while True:
        for message in page["messages"]:
            print(message["name"] + ": " + message["text"])
        _, page = request(f"{url}?after={page['last']}&wait=5")


def request(url, content=None, key="", is_first=False):
    data = None if content is None else json.dumps(content).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key} if data else {}
    end = time.time() + 35
    while time.time() < end:
        pause = 1
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            if error.code != 503:
                return error.code, json.load(error)
            pause = int(error.headers.get("Retry-After") or 1)
        except ValueError:
            gives_up(f"{url} does not speak JSON")
        except OSError as error:  # URLError is one
            if is_first:
                gives_up(f"{url}: {error}")
        except Exception as error:  # http.client.HTTPException
            if is_first:
                gives_up(f"{url}: {error!r}")
        time.sleep(pause)
    gives_up(f"{url} has been away for too long")


def gives_up(why):
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


sys.exit(main())
