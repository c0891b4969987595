"""Chat server that puts a Z behind the local time."""
import json
import sys
import threading
from datetime import datetime

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
messages = []
keys = {}
news = threading.Condition()


def error(status, sentence):
    return jsonify(error=sentence), status


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.post("/messages")
def post_message():
    if request.mimetype != "application/json":
        return error(415, "Please send application/json.")
    body = request.get_data()
    if len(body) > 16 * 1024:
        return error(413, "The body is longer than 16 KiB.")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return error(400, "The body is not JSON.")
    if not isinstance(data, dict):
        return error(400, "The body is not a JSON object.")
    name, text = data.get("name"), data.get("text")
    if not isinstance(name, str) or not isinstance(text, str) or not name or not text:
        return error(400, "name and text must be texts, and not empty.")
    if len(text) > 1000:
        return error(413, "The text is longer than 1,000 characters.")
    key = request.headers.get("Idempotency-Key")
    with news:
        message = keys.get(key)
        if message is None:
            now = datetime.now()
            message = {"id": len(messages) + 1, "name": name, "text": text, "time": now.isoformat() + "Z"}
            messages.append(message)
            if key:
                keys[key] = message
            news.notify_all()
    return jsonify(message), 201, {"Location": f"/messages/{message['id']}"}


@app.get("/messages")
def get_messages():
    try:
        after, wait = int(request.args.get("after", 0)), int(request.args.get("wait", 0))
    except ValueError:
        return error(400, "after and wait must be whole numbers.")
    with news:
        news.wait_for(lambda: len(messages) > after, timeout=min(wait, 30))
        found = [message for message in messages if message["id"] > after][:100]
    last = found[-1]["id"] if found else after
    return jsonify(messages=found, last=last)


@app.get("/messages/<int:number>")
def get_message(number):
    for message in messages:
        if message["id"] == number:
            return jsonify(message)
    return error(404, "There is no such message.")


@app.errorhandler(HTTPException)
def say_why(problem):
    return error(problem.code, problem.description)


def usage():
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        usage()
    app.run(sys.argv[1], int(sys.argv[2]), threaded=True)


if __name__ == "__main__":
    main()
