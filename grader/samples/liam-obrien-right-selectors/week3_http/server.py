"""One loop around select(): requests are cut out of what has come, and who waits is answered when it is time."""

import json
import re
import select
import socket
import sys
import time
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

messages = []
by_key = {}
clients = {}  # socket -> what has come from it
waiting = {}  # socket -> (after, when the time is up)


class Refusal(Exception):
    def __init__(self, status, sentence):
        super().__init__(sentence)
        self.status = status


def fields_of(kind, body):
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "Send application/json.")
    if len(body) > 16 * 1024:
        raise Refusal(413, "A body has at most 16 KiB.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The body is no JSON.") from None
    if not isinstance(fields, dict):
        raise Refusal(400, "The body is no JSON object.")
    for field in ("name", "text"):
        if not isinstance(fields.get(field), str) or not fields[field]:
            raise Refusal(400, f"{field} is missing, empty or no text.")
    if len(fields["text"]) > 1000:
        raise Refusal(413, "A text has at most 1,000 characters.")
    return fields["name"], fields["text"]


def number(text):
    if not re.fullmatch("[0-9]{1,20}", text):
        raise Refusal(400, f"{text[:20]!r} is no number.")
    return int(text)


def take(connection):
    try:
        data = connection.recv(65536)
    except OSError:
        data = b""
    clients[connection] += data
    if not data or connection in waiting:
        drop(connection) if not data else None
    else:
        serve(connection)


def serve(connection):
    """All whole requests that have come."""
    while connection in clients and connection not in waiting:
        head, blank, rest = clients[connection].partition(b"\r\n\r\n")
        if not blank:
            return
        match = re.match(rb"([A-Z]+) ([!-~]+) HTTP/1[.]1\r\n", head + b"\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *([0-9]{1,9}) *(\r\n|$)", head)
        length = int(length[1]) if length else 0
        if not match:
            answer(connection, 400, {"error": "This is not HTTP."})
            return drop(connection)
        if len(rest) < length:
            return
        clients[connection] = rest[length:]
        headers = dict(re.findall(r"(?m)^([!-9;-~]+):[ \t]*(.*?)[ \t\r]*$", head.decode("latin-1")))
        headers = {name.lower(): value for name, value in headers.items()}
        try:
            respond(connection, match[1].decode(), urlsplit(match[2].decode()), headers, rest[:length])
        except Refusal as refusal:
            answer(connection, refusal.status, {"error": str(refusal)})


def respond(connection, method, url, headers, body):
    one = re.fullmatch("/messages/([0-9]{1,18})", url.path)
    if url.path not in ("/health", "/messages") and not one:
        raise Refusal(404, "There is nothing of that name.")
    if url.path == "/messages" and method == "POST":
        return store(connection, *fields_of(headers.get("content-type", ""), body), headers.get("idempotency-key"))
    if method != "GET":
        raise Refusal(405, "This cannot be done here.")
    if url.path == "/health":
        return answer(connection, 200, {"status": "ok"})
    if one:
        if not 0 < int(one[1]) <= len(messages):
            raise Refusal(404, "There is no message of that number.")
        return answer(connection, 200, messages[int(one[1]) - 1])
    query = parse_qs(url.query)
    after, wait = (number(query.get(name, ["0"])[0]) for name in ("after", "wait"))
    waiting[connection] = after, time.monotonic() + min(wait, 30)


def store(connection, name, text, key):
    message = by_key.get(key) if key else None
    if message is None:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = by_key[key] = {"id": len(messages) + 1, "name": name, "text": text, "time": now}
        messages.append(message)
    answer(connection, 201, message, f"Location: /messages/{message['id']}\r\n")


def answer(connection, status, content, more=""):
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 {status} {'Fine' if status < 300 else 'Sorry'}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n{more}\r\n"
    try:
        connection.sendall(head.encode() + body)
    except OSError:
        drop(connection)


def drop(connection):
    clients.pop(connection, None)
    waiting.pop(connection, None)
    connection.close()


def answer_who_waits():
    for connection, (after, over) in list(waiting.items()):
        found = messages[after : after + 100]
        if found or time.monotonic() >= over:
            waiting.pop(connection)
            answer(connection, 200, {"messages": found, "last": found[-1]["id"] if found else after})
            serve(connection)


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(f"bind: {error.strerror}")
    listener.listen(100)
    while True:
        due = min((over for _, over in waiting.values()), default=None)
        timeout = None if due is None else max(0, due - time.monotonic())
        for ready in select.select([listener, *clients], [], [], timeout)[0]:
            if ready is listener:
                clients[listener.accept()[0]] = b""
            elif ready in clients:
                take(ready)
        answer_who_waits()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
