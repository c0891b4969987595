"""Flask, exactly as the hints of the checks have it."""

import datetime
import sys
import threading

from flask import Flask, abort, jsonify, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
messages = []
answered = {}
news = threading.Condition()


@app.errorhandler(HTTPException)
def say_why(error):
    return {"error": error.description}, error.code


@app.get("/health")
def health():
    return {"status": "ok"}


def text_of(data, field):
    value = data.get(field)
    if not isinstance(value, str) or not value:
        abort(400, f"{field} is not a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        abort(400, f"{field} has half a character in it")
    return value


@app.post("/messages")
def post():
    if request.mimetype != "application/json":
        abort(415)
    try:
        data = request.get_json(silent=True)
    except RecursionError:
        data = None
    if not isinstance(data, dict):
        abort(400, "this is no JSON object")
    name, text = text_of(data, "name"), text_of(data, "text")
    if len(text) > 1000:
        abort(413)
    key = request.headers.get("Idempotency-Key")
    with news:
        message = answered.get(key)
        if not message:
            now = datetime.datetime.now(datetime.timezone.utc).isoformat()
            message = {"id": len(messages) + 1, "name": name, "text": text, "time": now}
            messages.append(message)
            if key:
                answered[key] = message
            news.notify_all()
    return jsonify(message), 201, {"Location": f"/messages/{message['id']}"}


@app.get("/messages")
def page():
    try:
        after, wait = int(request.args.get("after", 0)), int(request.args.get("wait", 0))
    except ValueError:
        abort(400, "after and wait are numbers")
    with news:
        news.wait_for(lambda: len(messages) > after, timeout=wait)
        found = [message for message in messages if message["id"] > after][:100]
    return {"messages": found, "last": found[-1]["id"] if found else after}


@app.get("/messages/<int:number>")
def one(number):
    if not 0 < number <= len(messages):
        abort(404)
    return messages[number - 1]


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    app.run(sys.argv[1], int(sys.argv[2]), threaded=True)


main()
