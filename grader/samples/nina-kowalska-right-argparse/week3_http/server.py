"""Flask with a blueprint and a class for each resource; fields that nobody asked for; ids go up in odd steps."""

import threading
import sys
from datetime import datetime, timezone

from flask import Blueprint, Flask, abort, json, request, url_for
from flask.views import MethodView
from werkzeug.exceptions import HTTPException

chat = Blueprint("chat", __name__)


class Room:
    def __init__(self):
        self.messages = {}
        self.keys = {}
        self.number = 4
        self.news = threading.Condition()

    def add(self, name, text, key):
        with self.news:
            if key is None or key not in self.keys:
                self.number += 3 if self.number % 2 else 4
                time = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
                self.messages[self.number] = {
                    "id": self.number, "name": name, "text": text, "time": time,
                    "characters": len(text), "place": url_for("chat.one", number=self.number, _external=True),
                }
                self.keys[key] = self.number
                self.news.notify_all()
            return self.messages[self.keys[key]]

    def after(self, number, wait):
        with self.news:
            self.news.wait_for(lambda: self.number > number and self.messages, wait)
            return [message for each, message in self.messages.items() if each > number][:100]


room = Room()


class Messages(MethodView):
    def get(self):
        after, wait = self.number("after"), min(self.number("wait"), 30)
        found = room.after(after, wait)
        return {"messages": found, "last": max([after, *(message["id"] for message in found)]), "count": len(found)}

    def post(self):
        if not request.is_json or request.mimetype != "application/json":
            abort(415, "That is no JSON.")
        if (request.content_length or 0) > 16384:
            abort(413, "That is too long.")
        try:
            fields = json.loads(request.data)
            name, text = fields["name"], fields["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            abort(400, "That is no message.")
        if not (isinstance(name, str) and isinstance(text, str) and name and text):
            abort(400, "A message has a name and a text.")
        if len(text) > 1000:
            abort(413, "That is too much text.")
        message = room.add(name, text, request.headers.get("Idempotency-Key"))
        return message, 201, {"Location": message["place"]}

    def number(self, field):
        value = request.args.get(field, "0")
        if not value.isdecimal():
            abort(400, f"{field} must be a number.")
        return int(value)


class One(MethodView):
    def get(self, number):
        if number not in room.messages:
            abort(404, "There is no such message.")
        return room.messages[number]


chat.add_url_rule("/messages", view_func=Messages.as_view("all"))
chat.add_url_rule("/messages/<int:number>", view_func=One.as_view("one"))
chat.add_url_rule("/health", view_func=lambda: {"status": "ok"}, endpoint="health")


def create_app():
    app = Flask(__name__)
    app.register_blueprint(chat)
    app.json.compact = False
    app.register_error_handler(HTTPException, lambda error: ({"error": error.description}, error.code))
    return app


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        sys.stderr.write("USAGE: server.py HOST PORT\n")
        sys.exit(2)
    create_app().run(sys.argv[1], int(sys.argv[2]))
