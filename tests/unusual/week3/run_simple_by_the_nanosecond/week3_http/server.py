"""werkzeug without Flask; an id is the time in nanoseconds, so that it has 19 digits."""

import json
import sys
import threading
import time
from datetime import datetime, timezone

from werkzeug.exceptions import BadRequest, HTTPException, NotFound, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import Map, Rule
from werkzeug.serving import run_simple
from werkzeug.wrappers import Request, Response

paths = Map([
    Rule("/health", endpoint="health", methods=["GET"]),
    Rule("/messages", endpoint="post", methods=["POST"]),
    Rule("/messages", endpoint="page", methods=["GET"]),
    Rule("/messages/<int:number>", endpoint="one", methods=["GET"]),
])
messages = []
keys = {}
news = threading.Condition()


def health(_):
    return {"status": "ok"}, 200


def post(request):
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    body = request.get_data()
    if len(body) > 16 * 1024:
        raise RequestEntityTooLarge
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest from None
    name, text = (fields.get(field) if isinstance(fields, dict) else None for field in ("name", "text"))
    if not all(isinstance(value, str) and value for value in (name, text)):
        raise BadRequest
    if len(text) > 1000:
        raise RequestEntityTooLarge("The text is too long.")
    return store(name, text, request.headers.get("Idempotency-Key")), 201


def store(name, text, key):
    with news:
        if key in keys:
            return keys[key]
        now = datetime.now(timezone.utc).isoformat()
        number = max(time.time_ns(), messages[-1]["id"] + 1 if messages else 0)
        messages.append({"id": number, "name": name, "text": text, "time": now})
        if key:
            keys[key] = messages[-1]
        news.notify_all()
        return messages[-1]


def page(request):
    try:
        after, wait = int(request.args.get("after", 0)), float(request.args.get("wait", 0))
    except ValueError:
        raise BadRequest("after and wait are numbers") from None
    with news:
        news.wait_for(lambda: messages and messages[-1]["id"] > after, min(wait, 30))
        found = [message for message in messages if message["id"] > after][:100]
    return {"messages": found, "last": found[-1]["id"] if found else after}, 200


def one(_, number):
    for message in messages:
        if message["id"] == number:
            return message, 200
    raise NotFound


@Request.application
def app(request):
    try:
        endpoint, values = paths.bind_to_environ(request.environ).match()
        content, status = globals()[endpoint](request, **values)
    except HTTPException as error:
        content, status = {"error": error.description}, error.code
    response = Response(json.dumps(content), status, content_type="application/json")
    if status == 201:
        response.location = f"/messages/{content['id']}"
    return response


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        sys.exit(print("usage: server.py HOST PORT", file=sys.stderr) or 2)
    run_simple(sys.argv[1], int(sys.argv[2]), app, threaded=True)
