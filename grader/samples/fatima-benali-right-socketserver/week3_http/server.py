"""http.server with HTTP/1.1: connections are kept, answers are chunked, headers have lower-case names."""

import json
import re
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

messages = []
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


class Server(ThreadingHTTPServer):
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        url = urlsplit(self.path)
        try:
            status, content = self.content(url.path, parse_qs(url.query), body)
        except Refusal as refusal:
            status, content = refusal.status, {"error": str(refusal)}
        self.send_response_only(status)
        self.send_header("transfer-encoding", "chunked")
        self.send_header("content-type", "application/json; charset=utf-8")
        if status == 201:
            self.send_header("location", f"/messages/{content['id']}")
        self.end_headers()
        data = json.dumps(content, ensure_ascii=False).encode(errors="replace")
        for start in range(0, len(data), 1000):  # this cuts characters in two
            chunk = data[start : start + 1000]
            self.wfile.write(b"%x;part=of-it\r\n%b\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\nx-trailer: the end\r\n\r\n")

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def content(self, path, query, body):
        match path.split("/")[1:], self.command:
            case ["health"], "GET":
                return 200, {"status": "ok"}
            case ["messages"], "GET":
                return 200, self.page(*(number(query.get(name, ["0"])[0]) for name in ("after", "wait")))
            case ["messages"], "POST":
                return 201, self.stored(*fields_of(self.headers.get("content-type", ""), body))
            case ["messages", which], "GET" if which.isdecimal() and 0 < int(which[:18]) <= len(messages):
                return 200, messages[int(which) - 1]
            case (["health"] | ["messages"] | ["messages", _]), "POST" | "PUT" | "DELETE" | "PATCH":
                raise Refusal(405, "This is not for that.")
        raise Refusal(404, "There is no such thing.")

    def page(self, after, wait):
        with news:
            news.wait_for(lambda: messages[after:], min(wait, 30))
            found = messages[after : after + 100]
            return {"messages": found, "last": after + len(found)}

    def stored(self, name, text):
        key = self.headers.get("idempotency-key")
        with news:
            if key in by_key:
                return by_key[key]
            now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            messages.append({"id": len(messages) + 1, "name": name, "text": text, "time": now})
            if key is not None:
                by_key[key] = messages[-1]
            news.notify_all()
            return messages[-1]

    def log_message(self, *_):
        pass


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        Server((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
    except OSError as error:
        sys.exit(f"The port cannot be used: {error.strerror}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
