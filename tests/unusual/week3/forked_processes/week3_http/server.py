"""A process for each connection (ForkingMixIn); what they share is in an SQLite file, which who waits looks at."""

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ForkingMixIn
from urllib.parse import parse_qs, urlsplit

folder = ""


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


def database():
    db = sqlite3.connect(f"{folder}/chat.sqlite", timeout=20, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    return db


def found(db, where, value):
    rows = db.execute(f"SELECT id, name, text, time FROM messages WHERE {where} LIMIT 100", (min(value, 2**62),))
    return [dict(zip(("id", "name", "text", "time"), row)) for row in rows]


class Server(ForkingMixIn, HTTPServer):
    max_children = 200
    block_on_close = False
    request_queue_size = 100


class Handler(BaseHTTPRequestHandler):
    def any_method(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            status, content = self.result(self.command, urlsplit(self.path), body)
        except Refusal as refusal:
            status, content = refusal.status, {"error": str(refusal)}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status == 201:
            self.send_header("Location", f"/messages/{content['id']}")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = any_method

    def result(self, method, url, body):
        one = re.fullmatch("/messages/([0-9]{1,18})", url.path)
        if url.path not in ("/health", "/messages") and not one:
            raise Refusal(404, "No.")
        if url.path == "/messages" and method == "POST":
            name, text = fields_of(self.headers.get("Content-Type", ""), body)
            return 201, self.store(*(each.encode("utf-8", "replace").decode() for each in (name, text)), self.headers["Idempotency-Key"])
        if method != "GET":
            raise Refusal(405, "Not so.")
        if url.path == "/health":
            return 200, {"status": "ok"}
        if one:
            for message in found(database(), "id = ?", int(one[1])):
                return 200, message
            raise Refusal(404, "No such message.")
        return 200, self.page(parse_qs(url.query))

    def store(self, name, text, key):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        db = database()
        db.execute("INSERT OR IGNORE INTO messages (name, text, time, key) VALUES (?, ?, ?, ?)", (name, text, now, key))
        if key:
            number, = db.execute("SELECT id FROM messages WHERE key = ?", (key,)).fetchone()
        else:
            number, = db.execute("SELECT last_insert_rowid()").fetchone()
        return found(db, "id = ?", number)[0]

    def page(self, query):
        after, wait = (number(query.get(name, ["0"])[0]) for name in ("after", "wait"))
        db, over = database(), time.monotonic() + min(wait, 30)
        while not (messages := found(db, "id > ? ORDER BY id", after)) and time.monotonic() < over:
            time.sleep(0.05)
        return {"messages": messages, "last": messages[-1]["id"] if messages else after}

    def log_message(self, *_):
        pass


def main():
    global folder
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = Server((sys.argv[1], int(sys.argv[2])), Handler)
    except OSError as error:
        sys.exit(f"The port cannot be used: {error.strerror}")
    folder = tempfile.mkdtemp()
    columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, text TEXT, time TEXT, key TEXT UNIQUE"
    database().execute(f"CREATE TABLE messages ({columns})")
    parent = os.getpid()

    def leave(*_):
        if os.getpid() == parent:  # a child that went on waiting would keep the port
            for child in server.active_children or ():
                os.kill(child, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    server.serve_forever()


if __name__ == "__main__":
    main()
