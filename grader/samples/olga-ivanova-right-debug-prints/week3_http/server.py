"""Takes two seconds to start, and tells everything that it does, on both streams."""

import json
import logging
import sys
import threading
import time
from datetime import datetime, timezone

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
lock = threading.Lock()
messages = []
keys = {}
print("Welcome to the chat server! Usage is logged. No error: so far, so good.", flush=True)
for step in range(20):
    print("." * step, "starting", file=sys.stderr)
    time.sleep(0.1)
logging.basicConfig(level=logging.DEBUG)


@app.before_request
def tell():
    print("A request:", request.method, request.url, dict(request.headers), request.get_data()[:200])
    print("Traceback (most recent call last): just kidding", file=sys.stderr)


@app.after_request
def tell_more(response):
    print("An answer:", response.status, response.get_data()[:200], flush=True)
    return response


def add(name, text, key):
    with lock:
        if key and key in keys:
            return keys[key]
        message = {"id": len(messages) + 1, "name": name, "text": text}
        message["time"] = datetime.now(timezone.utc).isoformat()
        messages.append(message)
        keys[key] = message
        return message


def since(after):
    return messages[after : after + 100]


def one(number):
    return messages[number - 1] if 0 < number <= len(messages) else None


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
    while not (found := since(int(after))) and time.monotonic() < over:
        time.sleep(min(0.05, max(0, over - time.monotonic())))
    return {"messages": found, "last": found[-1]["id"] if found else int(after)}


@app.get("/messages/<int:number>")
def get(number):
    return one(number) or abort(404, "An id that there is, please.")


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    app.run(sys.argv[1], int(sys.argv[2]))


if __name__ == "__main__":
    main()
