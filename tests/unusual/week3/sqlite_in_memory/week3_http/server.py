"""Flask with one SQLite connection to :memory:, and a lock around it."""

import json
import sqlite3
import sys
import threading
import time

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
db = sqlite3.connect(":memory:", check_same_thread=False)
db.executescript("""
    CREATE TABLE messages (id INTEGER PRIMARY KEY, name, text, time DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
    CREATE TABLE keys (key PRIMARY KEY, id);
""")
lock = threading.RLock()


def rows(where, value):
    with lock:
        found = db.execute(f"SELECT id, name, text, time FROM messages WHERE {where} LIMIT 100", (min(value, 2**62),))
        return [dict(zip(("id", "name", "text", "time"), row)) for row in found]


def since(after):
    return rows("id > ? ORDER BY id", after)


def one(number):
    return next(iter(rows("id = ?", number)), None)


def add(name, text, key):
    with lock:
        known = db.execute("SELECT id FROM keys WHERE key = ?", (key,)).fetchone()
        if known:
            return one(known[0])
        number = db.execute("INSERT INTO messages (name, text) VALUES (?, ?)", (name, text)).lastrowid
        if key:
            db.execute("INSERT INTO keys VALUES (?, ?)", (key, number))
        db.commit()
        return one(number)


@app.errorhandler(HTTPException)
def say_why(error):
    return {"error": error.description}, error.code


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/messages")
def post():
    if request.mimetype != "application/json":
        abort(415, "JSON, please.")
    body = request.get_data()
    if len(body) > 16 * 1024:
        abort(413, "A shorter body, please.")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        abort(400, "Well-formed JSON, please.")
    name, text = (fields.get(field) if isinstance(fields, dict) else None for field in ("name", "text"))
    if not (isinstance(name, str) and isinstance(text, str) and name and text):
        abort(400, "A name and a text, please.")
    if len(text) > 1000:
        abort(413, "A shorter text, please.")
    if any(0xD800 <= ord(each) < 0xE000 or each == chr(0) for each in name + text):
        abort(400, "Characters, please.")
    message = add(name, text, request.headers.get("Idempotency-Key"))
    return message, 201, {"Location": f"/messages/{message['id']}"}


@app.get("/messages")
def page():
    after, wait = request.args.get("after", "0"), request.args.get("wait", "0")
    if not (after.isdecimal() and wait.isdecimal()):
        abort(400, "Numbers, please.")
    over = time.monotonic() + min(int(wait), 30)
    while not (found := since(min(int(after), 2**60))) and time.monotonic() < over:
        time.sleep(min(0.05, max(0, over - time.monotonic())))
    return {"messages": found, "last": found[-1]["id"] if found else int(after)}


@app.get("/messages/<int:number>")
def get(number):
    return one(min(number, 2**60)) or abort(404, "An id that there is, please.")


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    app.run(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
