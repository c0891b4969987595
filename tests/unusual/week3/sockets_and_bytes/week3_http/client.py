"""HTTP by hand: a socket for each request, HTTP/1.1 with Connection: close, and the body up to the end."""

import json
import os
import socket
import sys
import threading
import time
from urllib.parse import urlsplit


def exchange(place, head, body=b""):
    """Status, headers, body; raises OSError."""
    lines = [head, f"host: {place.netloc}", "connection: close", f"content-length: {len(body)}"]
    if body:
        lines += ["content-type: application/json", f'idempotency-key: "{os.urandom(8).hex()}"']
    request = "\r\n".join([*lines, "", ""]).encode() + body
    return lambda: send(place, request)


def send(place, request):
    with socket.create_connection((place.hostname, place.port or 80), timeout=40) as connection:
        connection.sendall(request)
        came = b""
        while piece := connection.recv(4096):
            came += piece
    head, end, body = came.partition(b"\r\n\r\n")
    if not end:
        raise ConnectionError("the answer has no end")
    first, *fields = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    if len(body) < int(headers.get("content-length", 0)):
        raise ConnectionError("the answer is cut off")
    return int(first.split()[1]), headers, body


def again_and_again(attempt):
    give_up = time.monotonic() + 50
    while time.monotonic() < give_up:
        pause = 0.3
        try:
            status, headers, body = attempt()
            if status != 503:
                return status, json.loads(body)
            pause = float(headers.get("retry-after", pause))
        except OSError:
            pass
        except ValueError:
            break
        time.sleep(pause)
    fail("the chat server is not there any more")


def fail(sentence):
    os.write(2, f"client.py: {sentence}\n".encode())
    os._exit(1)


def listen(place, name, last):
    while True:
        target = f"{place.path}/messages?after={last}&wait=15"
        status, page = again_and_again(exchange(place, f"GET {target} HTTP/1.1"))
        for message in page["messages"]:
            if message["name"] != name:
                os.write(1, f"{message['name']}: {message['text']}\n".encode())
        last = page["last"]


def main():
    place = urlsplit(sys.argv[1].rstrip("/")) if len(sys.argv) == 3 else None
    if not place or place.scheme != "http" or not sys.argv[2]:
        os.write(2, b"usage: client.py http://HOST:PORT NAME\n")
        os._exit(2)
    name = sys.argv[2]
    try:
        status, _, body = exchange(place, f"GET {place.path}/messages HTTP/1.1")()
        page = json.loads(body)
    except (OSError, ValueError, IndexError) as error:
        fail(f"no chat at {sys.argv[1]}: {error}")
    if status != 200:
        fail(f"{place.netloc} answers {status}: {page.get('error')}")
    threading.Thread(target=listen, args=(place, name, page["last"]), daemon=True).start()
    rest = b""
    while data := os.read(0, 65536):
        *lines, rest = (rest + data).split(b"\n")
        for line in filter(None, lines):
            if line == b"/quit":
                return
            body = json.dumps({"name": name, "text": line.decode()}).encode()
            status, answer = again_and_again(exchange(place, f"POST {place.path}/messages HTTP/1.1", body))
            if status != 201:
                os.write(2, f"{answer['error']}\n".encode())


try:
    main()
except KeyboardInterrupt:
    pass
