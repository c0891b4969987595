"""Chat server that counts the characters of an answer, not its bytes."""
import json
import re
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

messages = []
keys = {}
news = threading.Condition()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, content, location=None):
        text = json.dumps(content, ensure_ascii=False)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text.encode(errors="replace"))

    def error(self, status, sentence):
        self.answer(status, {"error": sentence})

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/health":
            self.answer(200, {"status": "ok"})
        elif url.path == "/messages":
            self.get_messages(parse_qs(url.query))
        elif number := re.fullmatch(r"/messages/(\d{1,9})", url.path):
            self.get_message(int(number[1]))
        else:
            self.error(404, "There is nothing here.")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/messages":
            self.post_message(body)
        else:
            self.error(405, "POST is not taken here.")

    def do_DELETE(self):
        self.error(405, "DELETE is not taken here.")

    do_PUT = do_PATCH = do_DELETE

    def post_message(self, body):
        if self.headers.get_content_type() != "application/json":
            return self.error(415, "Please send application/json.")
        if len(body) > 16 * 1024:
            return self.error(413, "The body is longer than 16 KiB.")
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return self.error(400, "The body is not JSON.")
        if not isinstance(data, dict):
            return self.error(400, "The body is not a JSON object.")
        name, text = data.get("name"), data.get("text")
        if not isinstance(name, str) or not isinstance(text, str) or not name or not text:
            return self.error(400, "name and text must be texts, and not empty.")
        if len(text) > 1000:
            return self.error(413, "The text is longer than 1,000 characters.")
        message = self.store(name, text, self.headers["Idempotency-Key"])
        self.answer(201, message, f"/messages/{message['id']}")

    def store(self, name, text, key):
        with news:
            message = keys.get(key)
            if message is None:
                now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                message = {"id": len(messages) + 1, "name": name, "text": text, "time": now}
                messages.append(message)
                if key:
                    keys[key] = message
                news.notify_all()
        return message

    def get_messages(self, query):
        try:
            after, wait = (int(query.get(field, ["0"])[0]) for field in ("after", "wait"))
        except ValueError:
            return self.error(400, "after and wait must be whole numbers.")
        with news:
            news.wait_for(lambda: len(messages) > after, timeout=min(wait, 30))
            found = messages[after : after + 100]
        self.answer(200, {"messages": found, "last": found[-1]["id"] if found else after})

    def get_message(self, number):
        if 1 <= number <= len(messages):
            self.answer(200, messages[number - 1])
        else:
            self.error(404, "There is no such message.")

    def log_message(self, *_):
        pass


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler)
    except OSError as error:
        sys.exit(f"cannot listen on {sys.argv[1]} port {sys.argv[2]}: {error}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
