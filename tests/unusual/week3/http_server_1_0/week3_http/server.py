"""http.server as it is: HTTP/1.0, a connection for each request. Ids go up in tens; the JSON is indented."""

import json
import re
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

messages = {}
by_key = {}
news = threading.Condition()


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


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer_with(self.get)

    def do_POST(self):
        self.answer_with(self.post)

    def other(self):
        self.answer_with(self.refuse)

    do_DELETE = do_PUT = do_PATCH = do_OPTIONS = other

    def answer_with(self, method):
        try:
            status, content, *location = method(urlsplit(self.path))
        except Refusal as refusal:
            status, content, location = refusal.status, {"error": str(refusal)}, []
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for place in location:
            self.send_header("Location", place)
        self.end_headers()
        self.wfile.write(json.dumps(content, indent=4).encode())

    def get(self, url):
        if url.path == "/health":
            return 200, {"status": "ok"}
        if url.path == "/messages":
            return 200, self.page(parse_qs(url.query, keep_blank_values=True))
        if match := re.fullmatch("/messages/([0-9]{1,18})", url.path):
            if int(match[1]) in messages:
                return 200, messages[int(match[1])]
            raise Refusal(404, "No message has this id.")
        raise Refusal(404, "Nothing is here.")

    def page(self, query):
        after, wait = (number(query.get(name, ["0"])[0]) for name in ("after", "wait"))
        with news:
            news.wait_for(lambda: any(each > after for each in messages), min(wait, 30))
            found = [message for each, message in messages.items() if each > after][:100]
        return {"last": found[-1]["id"] if found else after, "messages": found}

    def post(self, url):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path != "/messages":
            raise Refusal(405, "There is nothing to POST to here.")
        name, text = fields_of(self.headers.get("Content-Type", ""), body)
        key = self.headers.get("Idempotency-Key") or object()
        with news:
            if key not in by_key:
                now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
                new = {"text": text, "name": name, "time": now, "id": 10 * len(messages) + 10}
                messages[new["id"]] = by_key[key] = new
                news.notify_all()
        return 201, by_key[key], f"/messages/{by_key[key]['id']}"

    def refuse(self, _):
        raise Refusal(405, "This method is not taken.")


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler)
    except OSError as error:
        sys.exit(f"The port cannot be used: {error.strerror}")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Bye")


if __name__ == "__main__":
    main()
