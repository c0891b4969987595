"""Week 3: a chat server over HTTP, with Flask.

It is started with: python lab5/week3_http/server.py HOST PORT

Flask answers each request in a thread of its own, so that many can wait at a time. What they share, the messages and
the keys, is touched only by the one that holds the lock.
"""

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime

from flask import Flask, abort, jsonify, request
from werkzeug.exceptions import HTTPException

LONGEST_TEXT = 1000  # characters
LARGEST_BODY = 16 * 1024  # bytes
LONGEST_WAIT = 30  # seconds
AT_ONCE = 100  # messages in an answer

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY + 1  # Flask refuses more, or cuts it, if no length is given before
app.json.ensure_ascii = False  # an é travels as é, not as \u00e9

messages = []  # the message with id N at place N - 1
answered = {}  # Idempotency-Key -> the message that was stored for it
news = threading.Condition()  # the lock for both; whoever waits for a message waits on it


@app.post("/messages")
def post_message():
    """Stores a message; a key that has been here before stores nothing new."""
    body = request.get_data()  # a slow sender takes its time: nobody else should wait for it, so not under the lock
    key = request.headers.get("Idempotency-Key")
    with news:  # looking and storing in one go: two requests with one key may come at the same moment
        message = answered.get(key)
        if message is None:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            message = {"id": len(messages) + 1, **name_and_text(body), "time": now}
            messages.append(message)
            if key:
                answered[key] = message
            news.notify_all()
    return message, 201, {"Location": f"/messages/{message['id']}"}


@app.get("/messages")
def get_messages():
    """What has come after an id: at once if there is something, else as soon as there is, or the time is up."""
    after = number_of("after")
    wait = min(number_of("wait"), LONGEST_WAIT)
    with news:
        news.wait_for(lambda: len(messages) > after, timeout=wait)  # gives the lock away while it waits
        found = messages[after : after + AT_ONCE]
        last = found[-1]["id"] if found else min(after, len(messages))  # less than after: we have been restarted
    return {"messages": found, "last": last}


@app.get("/messages/<number>")
def get_message(number):
    """One message."""
    with news:
        if not is_number(number) or not 1 <= int(number) <= len(messages):
            abort(404, "there is no message with this id")
        return messages[int(number) - 1]


@app.get("/health")
def health():
    """Says that the server is there."""
    return {"status": "ok"}


@app.errorhandler(HTTPException)
def say_why(error):
    """Every error is a JSON object with a sentence; Flask's own would be a page of HTML."""
    response = error.get_response()  # with its status, and headers such as Allow
    response.data = jsonify(error=error.description).data
    response.content_type = "application/json"
    return response


def name_and_text(body):
    """The two fields of a message. A request that is not as it should be ends here: abort() raises HTTPException."""
    if request.mimetype != "application/json":
        abort(415, "send JSON, with Content-Type: application/json")
    if len(body) > LARGEST_BODY:
        abort(413, f"the body is longer than {LARGEST_BODY:,} bytes")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, or no UTF-8; or a thousand brackets inside each other
        abort(400, "the body is not JSON")
    if not isinstance(fields, dict):
        abort(400, "the body is not a JSON object")
    name, text = text_of(fields, "name"), text_of(fields, "text")
    if len(text) > LONGEST_TEXT:
        abort(413, f"the text is longer than {LONGEST_TEXT:,} characters")
    return {"name": name, "text": text}


def text_of(fields, field):
    """The value of a field that has to be a text, and not empty."""
    value = fields.get(field)
    if not isinstance(value, str) or not value.strip():
        abort(400, f"the field {field} is missing, empty, or no text")
    return value.encode(errors="replace").decode()  # JSON can write half a character, UTF-8 cannot: it becomes a ?


def number_of(parameter):
    """A number of the query string; 0 if it is not there."""
    value = request.args.get(parameter, "0")
    if not is_number(value):
        abort(400, f"{parameter} is not a whole number")
    return int(value)


def is_number(text):
    """Whether this is a whole number, and not a huge one: int() also takes " 7", "-7" and "1_000"."""
    return re.fullmatch("[0-9]{1,18}", text) is not None


def main():
    host, port = arguments(sys.argv[1:])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    app.run(host, port, threaded=True)  # says so itself, and ends, if the port is taken


def arguments(words):
    """HOST and PORT from the command line; ends the program with a usage line if they are not there."""
    if len(words) != 2 or not is_number(words[1]) or not 1 <= int(words[1]) <= 65535:
        print("usage: server.py HOST PORT    (PORT: 1 to 65535)", file=sys.stderr)
        sys.exit(2)
    return words[0], int(words[1])


if __name__ == "__main__":
    main()
