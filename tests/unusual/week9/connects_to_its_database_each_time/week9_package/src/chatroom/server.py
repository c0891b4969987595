"""socketserver: a thread for each connection, a queue for each reader, and the database opened for each use."""

import json
import os
import queue
import signal
import socketserver
import sqlite3
import struct
import sys
import threading
import zlib
from collections import defaultdict
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from .configuration import server_settings
from .messages import Refused, checked_name, checked_text, decode
from .toml_file import Unusable

LOCK = threading.RLock()
PRESENT: dict[str, "Conversation"] = {}
LIMIT = 1 << 20


def framed(said):
    payload = json.dumps(said, ensure_ascii=False).encode()
    chunks = [payload[i : i + 65_000] for i in range(0, len(payload), 65_000)]
    for chunk in chunks:
        last = chunk is chunks[-1]
        yield struct.pack("!2sBBII", b"CR", 1, 0 if last else 1, len(chunk), zlib.crc32(chunk))
        yield chunk


class Log:
    def __init__(self, file):
        self.file = os.path.abspath(file)
        with self.opened() as database:
            database.execute("CREATE TABLE IF NOT EXISTS 'what was said' (line TEXT NOT NULL)")

    @contextmanager
    def opened(self):
        with closing(sqlite3.connect(self.file, timeout=20)) as database, database:
            yield database

    def add(self, name, text):
        said = {"name": name, "text": text, "time": datetime.now(UTC).isoformat()}
        with self.opened() as database:
            row = database.execute("INSERT INTO 'what was said' VALUES (?)", [json.dumps(said)]).lastrowid
        return {"id": row, **said}

    def last(self):
        with self.opened() as database:
            rows = database.execute("SELECT rowid, line FROM 'what was said' ORDER BY rowid").fetchall()[-50:]
        said = [{"type": "message", "id": row, **json.loads(line)} for row, line in rows]
        while sum(len(json.dumps(each, ensure_ascii=False).encode()) + 2 for each in said) > LIMIT - 50_000:
            said = said[1:]
        return said


class Conversation(socketserver.StreamRequestHandler):
    name = None

    def setup(self):
        super().setup()
        self.outbox, self.unsent = queue.Queue(), 0
        self.writer = threading.Thread(target=self.write)
        self.writer.start()

    def write(self):
        while (data := self.outbox.get()) is not None:
            try:
                self.request.sendall(data)
            except OSError:
                return
            self.unsent -= len(data)

    def say(self, **said):
        for data in framed(said):
            self.unsent += len(data)
            self.outbox.put(data)
        if self.unsent > LIMIT:
            self.give_up()

    def give_up(self):
        try:
            self.request.shutdown(2)
        except OSError:
            pass

    def handle(self):
        try:
            while (payload := self.message()) is not None:
                with LOCK:
                    try:
                        said = decode(payload)
                        kind = said.get("type")
                        if self.name is None and kind != "hello":
                            raise Refused(401, "no hello")
                        if kind == "bye":
                            break
                        ways = defaultdict(lambda: self.unknown, hello=self.hello, say=self.said, command=self.asked)
                        ways[str(kind)](said)
                    except Refused as refused:
                        self.say(type="error", code=refused.code, text=str(refused))
        except OSError:
            pass

    def finish(self):
        with LOCK:
            if self.name and PRESENT.pop(self.name.lower(), None):
                self.others(type="left", name=self.name)
        self.outbox.put(None)
        self.writer.join()
        try:
            self.request.shutdown(1)
            self.request.settimeout(5)
            while self.request.recv(65536):
                pass
        except OSError:
            pass

    def message(self):
        whole, flags = b"", 1
        while flags & 1:
            header = self.rfile.read(12)
            if len(header) < 12:
                return None
            magic, version, flags, length, checksum = struct.unpack("!2sBBII", header)
            whole_length = len(whole) + length
            if magic != b"CR" or version != 1:
                return self.say(type="error", code=400, text="magic or version")
            if length > 65536 or whole_length > LIMIT:
                return self.say(type="error", code=413, text="length")
            payload = self.rfile.read(length)
            if len(payload) < length:
                return None
            if checksum != zlib.crc32(payload):
                return self.say(type="error", code=400, text="checksum")
            whole += payload
        return whole

    def others(self, **said):
        for other in list(PRESENT.values()):
            if other is not self:
                other.say(**said)

    def unknown(self, said):
        raise Refused(400, "no type")

    def is_now(self, name):
        checked_name(name)
        if PRESENT.get(name.lower(), self) is not self:
            raise Refused(409, "taken")
        PRESENT.pop(str(self.name).lower(), None) if self.name else None
        self.name = PRESENT.setdefault(name.lower(), self) and name

    def hello(self, said):
        if self.name:
            raise Refused(409, "hello, hello")
        self.is_now(said.get("name"))
        self.say(type="welcome", name=self.name, users=names(), history=self.server.log.last())
        self.others(type="joined", name=self.name)

    def said(self, said):
        text = checked_text(said.get("text"))
        self.others(type="message", **self.server.log.add(self.name, text))

    def asked(self, said):
        command, old = said.get("command"), self.name
        if not isinstance(command, str):
            raise Refused(400, "no command")
        if command == "nick":
            self.is_now(said.get("name"))
        known = {"who": ("users", names), "history": ("messages", self.server.log.last)}
        known |= {"help": ("text", lambda: "who history help nick"), "nick": ("name", lambda: self.name)}
        if command not in known:
            raise Refused(404, "no such command")
        key, value = known[command]
        self.say(type="reply", command=command, **{key: value()})
        if command == "nick":
            self.others(type="left", name=old)
            self.others(type="joined", name=self.name)


def names():
    return sorted(person.name for person in PRESENT.values())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 300


def main():
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    try:
        settings = server_settings(sys.argv[1:])
    except Unusable as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    try:
        server = Server((settings.host, settings.port), Conversation)
        server.log = Log(settings.database)
    except (OSError, sqlite3.Error) as problem:
        sys.exit(f"{settings.host} port {settings.port} or {settings.database}: {problem}")
    print("chatroom-server listens on %s port %d" % server.server_address, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        os._exit(0)
