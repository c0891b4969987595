"""socketserver and HTTP by hand: connections are kept, a status has no words, headers no blank after the colon."""

import json
import re
import sys
import threading
from datetime import datetime, timezone
from socketserver import StreamRequestHandler, ThreadingTCPServer
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


class Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 100


class Handler(StreamRequestHandler):
    def handle(self):
        try:
            while self.one_request():
                pass
        except OSError:
            pass

    def one_request(self):
        words = self.rfile.readline(8000).decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            if words:
                self.answer(400, {"error": "This is no HTTP."})
            return False
        headers = {}
        while line := self.rfile.readline(8000).decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        try:
            self.answer(*self.result(words[0], urlsplit(words[1]), headers, body))
        except Refusal as refusal:
            self.answer(refusal.status, {"error": str(refusal)})
        return words[2] == "HTTP/1.1" and headers.get("connection", "").lower() != "close"

    def answer(self, status, content):
        body = json.dumps(content, separators=(",", ":")).encode()
        place = f"Location:/messages/{content['id']}\r\n" if status == 201 else ""
        head = f"HTTP/1.1 {status} \r\nContent-Type:Application/JSON\r\n{place}Content-Length:{len(body)}\r\n\r\n"
        self.wfile.write(head.encode())
        self.wfile.write(body)

    def result(self, method, url, headers, body):
        if url.path == "/health":
            self.only("GET", method)
            return 200, {"status": "ok"}
        if url.path == "/messages":
            if method == "POST":
                return 201, self.store(*fields_of(headers.get("content-type", ""), body), headers.get("idempotency-key"))
            self.only("GET", method)
            query = parse_qs(url.query)
            return 200, self.page(*(number(query.get(name, ["0"])[0]) for name in ("after", "wait")))
        match = re.fullmatch("/messages/([1-9][0-9]{0,17})", url.path)
        if match and int(match[1]) <= len(messages):
            self.only("GET", method)
            return 200, messages[int(match[1]) - 1]
        raise Refusal(404, "Not found.")

    def only(self, method, came):
        if method != came:
            raise Refusal(405, f"Only {method} is taken here.")

    def store(self, name, text, key):
        with news:
            if key and key in by_key:
                return by_key[key]
            now = datetime.now(timezone.utc).isoformat(sep="T", timespec="seconds")
            by_key[key] = {"id": len(messages) + 1, "time": now, "name": name, "text": text}
            messages.append(by_key[key])
            news.notify_all()
            return by_key[key]

    def page(self, after, wait):
        with news:
            news.wait_for(lambda: after < len(messages), min(wait, 30))
            found = messages[after : after + 100]
            return {"messages": found, "last": found[-1]["id"] if found else after}


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = Server((sys.argv[1], int(sys.argv[2])), Handler)
    except OSError as error:
        sys.exit(f"cannot listen there: {error}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
