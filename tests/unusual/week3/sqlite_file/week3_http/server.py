"""Flask with SQLite in a file of its own."""

import json
import sqlite3
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
file = Path(tempfile.mkdtemp(prefix="chat"), "messages.sqlite")


def database():
    connection = sqlite3.connect(file, timeout=20)
    connection.row_factory = sqlite3.Row
    return connection


def add(name, text, key):
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with database() as db:
        db.execute("INSERT OR IGNORE INTO messages (name, text, time, key) VALUES (?, ?, ?, ?)", (name, text, now, key))
        last = "SELECT * FROM messages WHERE " + ("key = ?" if key else "id = last_insert_rowid() OR 0 = ?")
        return shown(db.execute(last, (key or 1,)).fetchone())


def since(after):
    with database() as db:
        rows = db.execute("SELECT * FROM messages WHERE id > ? ORDER BY id LIMIT 100", (min(after, 2**62),))
        return [shown(row) for row in rows]


def one(number):
    with database() as db:
        row = db.execute("SELECT * FROM messages WHERE id = ?", (min(number, 2**62),)).fetchone()
        return row and shown(row)


def shown(row):
    return {field: row[field] for field in ("id", "name", "text", "time")}


with database() as db:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    columns = "id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, text TEXT, time TEXT, key TEXT UNIQUE"
    db.execute(f"CREATE TABLE messages ({columns})")


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
