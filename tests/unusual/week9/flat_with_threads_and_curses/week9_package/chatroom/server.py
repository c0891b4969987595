"""The server: for each client a thread that reads, and one that writes."""

import json
import os
import queue
import re
import signal
import socket
import sqlite3
import sys
import threading
from datetime import datetime, timezone

from .wire import Bad, pack, receive

COLUMNS = ("id", "name", "text", "time")


class Refused(Exception):
    pass


class Chat:
    def __init__(self, database):
        self.lock = threading.RLock()
        self.people = {}
        self.store = sqlite3.connect(database, timeout=30, check_same_thread=False, isolation_level=None)
        self.store.execute("PRAGMA journal_mode = WAL")
        self.store.execute("PRAGMA synchronous = NORMAL")
        self.store.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY AUTOINCREMENT, name, text, time)")

    def users(self):
        return sorted(person.name for person in self.people.values())

    def history(self):
        rows = self.store.execute("SELECT * FROM said ORDER BY id DESC LIMIT 50").fetchall()
        kept, size = [], 0
        for row in rows:
            message = dict(zip(COLUMNS, row))
            size += len(pack(**message))
            if size > 900_000:
                break
            kept.insert(0, message)
        return kept

    def tell(self, sender, **fields):
        data = pack(**fields)
        for person in self.people.values():
            if person is not sender:
                person.put(data)


class Person:
    def __init__(self, chat, connection):
        self.chat, self.connection, self.name = chat, connection, None
        self.read = connection.makefile("rb").read
        self.outbox, self.waiting = queue.SimpleQueue(), 0
        self.lock = threading.Lock()
        threading.Thread(target=self.write, daemon=True).start()
        threading.Thread(target=self.run, daemon=True).start()

    def put(self, data):
        with self.lock:
            self.waiting += len(data or b"")
            too_much = self.waiting > 1 << 20
        self.outbox.put(data)
        if too_much:
            self.hang_up()

    def hang_up(self):
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def write(self):
        try:
            while (data := self.outbox.get()) is not None:
                self.connection.sendall(data)
                with self.lock:
                    self.waiting -= len(data)
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            self.hang_up()

    def run(self):
        try:
            while (payload := receive(self.read)) is not None:
                with self.chat.lock:
                    try:
                        if self.obey(payload):
                            break
                    except Refused as refused:
                        self.put(pack(type="error", code=refused.args[0], text=refused.args[1]))
        except Bad as bad:
            self.put(pack(type="error", code=bad.args[0], text=bad.args[1]))
        except OSError:
            pass
        self.leave()
        self.put(None)
        self.connection.settimeout(5)
        try:
            while self.read(65_536):
                pass
        except OSError:
            pass
        self.connection.close()

    def leave(self):
        with self.chat.lock:
            if self.name and self.chat.people.pop(self.name.lower(), None):
                self.chat.tell(self, type="left", name=self.name)
            self.name = None

    def obey(self, payload):
        try:
            said = json.loads(payload.decode("utf-8"))
        except (ValueError, RecursionError):
            raise Refused(400, "no JSON") from None
        if not isinstance(said, dict):
            raise Refused(400, "no object")
        kind = said.get("type")
        if not self.name and kind != "hello":
            raise Refused(401, "hello?")
        if kind == "bye":
            return True
        if kind not in ("hello", "say", "command") or not isinstance(kind, str):
            raise Refused(400, "no such type")
        getattr(self, "do_" + kind)(said)
        return False

    def take(self, name):
        if not isinstance(name, str) or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise Refused(400, "no name")
        if self.chat.people.get(name.lower(), self) is not self:
            raise Refused(409, name + " is taken")
        if self.name:
            del self.chat.people[self.name.lower()]
        self.name = name
        self.chat.people[name.lower()] = self

    def do_hello(self, said):
        if self.name:
            raise Refused(409, "hello again")
        self.take(said.get("name"))
        self.put(pack(type="welcome", name=self.name, users=self.chat.users(), history=self.chat.history()))
        self.chat.tell(self, type="joined", name=self.name)

    def do_say(self, said):
        text = said.get("text")
        if not isinstance(text, str) or not text.strip() or re.search("[\ud800-\udfff]", text):
            raise Refused(400, "no text")
        if len(text) > 4000:
            raise Refused(413, "a book")
        time = datetime.now(timezone.utc).isoformat()
        number = self.chat.store.execute(
            "INSERT INTO said (name, text, time) VALUES (?, ?, ?)", (self.name, text, time)
        ).lastrowid
        self.chat.tell(self, type="message", id=number, name=self.name, text=text, time=time)

    def do_command(self, said):
        command = said.get("command")
        if command == "who":
            self.put(pack(type="reply", command="who", users=self.chat.users()))
        elif command == "history":
            self.put(pack(type="reply", command="history", messages=self.chat.history()))
        elif command == "help":
            self.put(pack(type="reply", command="help", text="who, history, nick, help"))
        elif command == "nick":
            old = self.name
            self.take(said.get("name"))
            self.put(pack(type="reply", command="nick", name=self.name))
            self.chat.tell(self, type="left", name=old)
            self.chat.tell(self, type="joined", name=self.name)
        elif isinstance(command, str):
            raise Refused(404, "no such command")
        else:
            raise Refused(400, "no command")


def serve(host, port, database):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        chat = Chat(database)
        listener = socket.create_server((host, port), backlog=256)
    except (OSError, sqlite3.Error) as error:
        return f"The server cannot start: {error}"
    print("chatroom-server listens on {} port {}".format(*listener.getsockname()), flush=True)
    try:
        while True:
            Person(chat, listener.accept()[0])
    except KeyboardInterrupt:
        with chat.lock:
            sys.stdout.flush()
            os._exit(0)
