"""wsgiref, made to use threads by ThreadingMixIn."""

import json
import re
import sys
import threading
from datetime import datetime, timezone
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

messages = []
by_key = {}
news = threading.Condition()
STATUS = {200: "OK", 201: "Created", 400: "Bad", 404: "Gone Fishing", 405: "No", 413: "Long", 415: "Odd"}


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


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def app(environ, start_response):
    try:
        status, content = answer(environ, environ["PATH_INFO"], environ["REQUEST_METHOD"])
    except Refusal as refusal:
        status, content = refusal.status, {"error": str(refusal)}
    headers = [("Content-Type", "application/json")]
    if status == 201:
        headers.append(("Location", f"/messages/{content['id']}"))
    start_response(f"{status} {STATUS[status]}", headers)
    return [json.dumps(content).encode()]


def answer(environ, path, method):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    which = re.fullmatch("/messages/([0-9]{1,18})", path)
    if path not in ("/health", "/messages") and not which:
        raise Refusal(404, f"I do not know {path}.")
    if path == "/messages" and method == "POST":
        return 201, store(*fields_of(environ.get("CONTENT_TYPE", ""), body), environ.get("HTTP_IDEMPOTENCY_KEY"))
    if method != "GET":
        raise Refusal(405, f"I do not {method}.")
    if path == "/health":
        return 200, {"status": "ok"}
    if not which:
        return 200, page(parse_qs(environ["QUERY_STRING"]))
    if not 1 <= int(which[1]) <= len(messages):
        raise Refusal(404, "I do not know this message.")
    return 200, messages[int(which[1]) - 1]


def store(name, text, key):
    with news:
        if key and key in by_key:
            return by_key[key]
        now = datetime.now(timezone.utc).isoformat()
        messages.append({"id": len(messages) + 1, "name": name, "text": text, "time": now})
        by_key[key] = messages[-1]
        news.notify_all()
        return messages[-1]


def page(query):
    after, wait = (number(query.get(name, ["0"])[0]) for name in ("after", "wait"))
    with news:
        news.wait_for(lambda: after < len(messages), min(wait, 30))
        found = messages[after : after + 100]
    return {"messages": found, "last": found[-1]["id"] if found else after}


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        with make_server(sys.argv[1], int(sys.argv[2]), app, Server, Quiet) as server:
            server.serve_forever()
    except OSError as error:
        sys.exit(f"cannot serve: {error.strerror}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
