"""asyncio with a Protocol; a thread stores, and what was said is relayed when that thread has committed it."""

import argparse
import asyncio
import json
import logging
import pathlib
import queue
import re
import signal
import sqlite3
import string
import sys
import threading
import tomllib
from datetime import datetime, timezone
from struct import pack, unpack
from zlib import crc32

LETTERS = set(string.ascii_letters + string.digits + "_-")
KEYS = {"host": str, "port": int, "database": str, "transport": str}
DEFAULTS = {"host": "127.0.0.1", "port": 9009, "database": "chatroom.db", "transport": "tcp"}
log = logging.getLogger("chat")


class Archive(threading.Thread):
    """All that was said. The last of it is in memory, too."""

    def __init__(self, file, loop):
        super().__init__(daemon=True)
        self.inbox, self.loop, self.file = queue.Queue(), loop, file
        with sqlite3.connect(file, timeout=30) as db:
            db.execute("CREATE TABLE IF NOT EXISTS people (pid INTEGER PRIMARY KEY, name TEXT UNIQUE)")
            db.execute("CREATE TABLE IF NOT EXISTS said (mid INTEGER PRIMARY KEY, pid, at REAL, words TEXT)")
            rows = db.execute("SELECT mid, name, words, at FROM said JOIN people USING (pid) ORDER BY mid DESC LIMIT 50")
            self.recent = [self.shaped(*row) for row in rows][::-1]
        db.close()
        self.next = self.recent[-1]["id"] + 10 if self.recent else 1000
        self.start()

    @staticmethod
    def shaped(number, name, words, at):
        time = datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds")
        return {"id": number, "name": name, "text": words, "time": time.replace("+00:00", "Z")}

    def keep(self, name, words, then):
        at, number = datetime.now().timestamp(), self.next
        self.next += 10
        self.inbox.put((number, name, words, at, then))

    def run(self):
        db = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        while True:
            batch = [self.inbox.get()]
            while not self.inbox.empty():
                batch.append(self.inbox.get())
            db.execute("BEGIN IMMEDIATE")
            for number, name, words, at, _ in batch:
                db.execute("INSERT OR IGNORE INTO people (name) VALUES (?)", [name])
                db.execute(
                    "INSERT INTO said SELECT ?, pid, ?, ? FROM people WHERE name = ?", [number, at, words, name]
                )
            db.execute("COMMIT")
            self.loop.call_soon_threadsafe(self.stored, batch)

    def stored(self, batch):
        for number, name, words, at, then in batch:
            message = self.shaped(number, name, words, at)
            self.recent = [*self.recent[-49:], message]
            then(message)

    def history(self):
        found = list(self.recent)
        while len(json.dumps(found, ensure_ascii=False).encode()) > 1_000_000:
            del found[0]
        return found


def frames(**said):
    data = json.dumps(said, ensure_ascii=False).encode("utf-8")
    head, *rest = [data[i : i + 65_536] for i in range(0, len(data), 65_536)]
    for piece in rest:
        yield pack("!2sBBII", b"CR", 1, 1, len(head), crc32(head)) + head
        head = piece
    yield pack("!2sBBII", b"CR", 1, 0, len(head), crc32(head)) + head


class Guest(asyncio.Protocol):
    everybody: dict[str, "Guest"] = {}
    archive: Archive

    def __init__(self):
        self.name, self.came, self.message, self.finished = "", b"", bytearray(), False

    def connection_made(self, transport):
        self.transport = transport
        log.info("somebody comes from %s", transport.get_extra_info("peername"))

    def connection_lost(self, why):
        self.goes()

    def eof_received(self):
        self.goes()
        return self.finished  # what is still to be sent is sent, and then it is closed

    def data_received(self, data):
        if self.finished:
            return
        self.came += data
        place = 0
        while len(self.came) - place >= 12 and not self.finished:
            magic, version, flags, length, checksum = unpack("!2sBBII", self.came[place : place + 12])
            payload = self.came[place + 12 : place + 12 + length] if length <= 65_536 else b""
            if magic != b"CR" or version > 1 or version < 1:
                return self.show_out(400, "these are not the frames you are looking for")
            if length > 65_536 or len(self.message) + length > 1 << 20:
                return self.show_out(413, "you talk too much")
            if len(payload) < length:
                break
            if crc32(payload) != checksum:
                return self.show_out(400, "checksum")
            place += 12 + length
            self.message += payload
            if flags & 1 == 0:
                whole, self.message = bytes(self.message), bytearray()
                self.handle(whole)
        self.came = self.came[place:]

    def send(self, **said):
        if not self.transport.is_closing():
            self.transport.writelines(frames(**said))
            if self.transport.get_write_buffer_size() > 1_048_576:
                self.transport.abort()

    def error(self, code, text):
        self.send(type="error", code=code, text=text)

    def show_out(self, code, text):
        self.error(code, text)
        self.farewell()

    def farewell(self):
        self.finished = True
        self.goes()
        if not self.transport.is_closing():
            self.transport.write_eof()
            asyncio.get_running_loop().call_later(2, self.transport.close)

    def goes(self):
        if self.name and self.everybody.pop(self.name.lower(), None):
            self.tell(type="left", name=self.name)
            log.info("%s goes", self.name)

    def tell(self, **said):
        for key, guest in list(self.everybody.items()):
            if guest is not self:
                guest.send(**said)

    def handle(self, payload):
        try:
            said = json.loads(payload.decode())
        except (ValueError, RecursionError):
            said = None
        if type(said) is not dict:
            return self.error(400, "an object is what I want")
        kind = said.get("type")
        if kind != "hello" and not self.name:
            self.error(401, "first say hello")
        elif kind == "hello" and self.name:
            self.error(409, "you did say hello")
        elif kind == "hello":
            if self.renamed(said):
                here = sorted(guest.name for guest in self.everybody.values())
                self.tell(type="joined", name=self.name)
                self.send(type="welcome", name=self.name, users=here, history=self.archive.history())
        elif kind == "bye":
            self.farewell()
        elif kind == "command":
            self.command(said)
        elif kind == "say":
            self.say(said.get("text"))
        else:
            self.error(400, "there is no such type")

    def say(self, text):
        if not isinstance(text, str) or not text.strip() or not text.isprintable() and self.is_half(text):
            self.error(400, "there is no text")
        elif len(text) > 4000:
            self.error(413, "4,000 characters at most")
        else:
            self.archive.keep(self.name, text, lambda message: self.tell(type="message", **message))

    @staticmethod
    def is_half(text):
        return bool(re.search("[\ud800-\udfff]", text))

    def command(self, said):
        which = said.get("command")
        reply = {"type": "reply", "command": which}
        if which == "who":
            self.send(**reply, users=sorted((guest.name for guest in self.everybody.values()), reverse=False))
        elif which == "history":
            self.send(**reply, messages=self.archive.history())
        elif which == "help":
            self.send(**reply, text="There are:\n- who\n- history\n- nick\n- help")
        elif which == "nick":
            old = self.name
            if self.renamed(said):
                self.send(**reply, name=self.name)
                self.tell(type="left", name=old)
                self.tell(type="joined", name=self.name)
        else:
            self.error(404 if isinstance(which, str) else 400, "there is no such command")

    def renamed(self, said):
        name = said.get("name")
        if not isinstance(name, str) or not 1 <= len(name) <= 20 or not LETTERS.issuperset(name):
            self.error(400, "a name is 1 to 20 of A-Z a-z 0-9 _ -")
        elif self.everybody.get(name.lower()) not in (None, self):
            self.error(409, "there can be only one " + name)
        else:
            self.everybody.pop(self.name.lower(), None)
            self.name = name
            self.everybody[name.lower()] = self
            return True
        return False


def settings():
    parser = argparse.ArgumentParser("chatroom-server")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int, choices=range(65536), metavar="N")
    parser.add_argument("--database")
    parser.add_argument("--config", type=pathlib.Path)
    parser.add_argument("--transport", choices=["tcp"])
    options = vars(parser.parse_args())
    file = options.pop("config") or pathlib.Path("chatroom.toml")
    found = {}
    if file.exists() or file.name != "chatroom.toml":
        try:
            text = file.read_text("utf-8")
            found = tomllib.loads(text)
        except OSError as error:
            stop(f"I cannot read {file}: {error.strerror}")
        except tomllib.TOMLDecodeError as error:
            stop(f"{file} is no TOML: {error}")
        lines = [line.split("#")[0].strip() for line in text.split("\n")]
        for table in found.keys() - {"server", "client"}:
            stop(f"Line {lines.index(f'[{table}]') + 1} of {file}: what is [{table}]?")
        found = found.get("server", {})
        start = lines.index("[server]") if found else 0
        for key, value in found.items():
            line = next(n for n in range(start, len(lines)) if re.match(rf'"?{re.escape(key)}"?\s*=', lines[n])) + 1
            if key not in KEYS:
                stop(f"Line {line} of {file}: what is '{key}'?")
            if type(value) is not KEYS[key] or key == "port" and not 0 <= value < 65536:
                stop(f"Line {line} of {file}: {value!r} is no good {key}.")
    return argparse.Namespace(**DEFAULTS | found | {key: value for key, value in options.items() if value is not None})


def stop(sentence):
    sys.stderr.write(sentence + "\n")
    raise SystemExit(2)


async def serve(wanted):
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    Guest.archive = Archive(wanted.database, loop)
    server = await loop.create_server(Guest, wanted.host, wanted.port, backlog=200)
    host, port = server.sockets[0].getsockname()
    print(f"chatroom-server listens on {host} port {port}", flush=True)
    await end.wait()
    server.close()


def start():
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    try:
        asyncio.run(serve(settings()))
    except (OSError, sqlite3.Error) as error:
        raise SystemExit(f"There will be no chat: {error}")
