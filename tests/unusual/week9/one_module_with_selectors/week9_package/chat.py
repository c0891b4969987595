"""All of the chat: selectors, no threads; the screen is drawn with escape sequences."""

import getpass
import json
import os
import re
import selectors
import signal
import socket
import sqlite3
import struct
import sys
import tomllib
import zlib
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

HEAD = struct.Struct("!2sBBII")
MIB = 1024 * 1024


class Error(Exception):
    """Made with a code, a text, and whether the connection ends."""


# --- frames


class Stream:
    """A connection that never blocks."""

    def __init__(self, sock):
        sock.setblocking(False)
        self.sock, self.came, self.chunks, self.out = sock, bytearray(), bytearray(), bytearray()
        self.is_ending = False

    def objects(self, data):
        self.came += data
        while len(self.came) >= HEAD.size:
            magic, version, flags, size, crc = HEAD.unpack_from(self.came)
            if magic != b"CR" or version != 1:
                raise Error(400, "I speak CR 1", True)
            if size > 65536 or size + len(self.chunks) > MIB:
                raise Error(413, "I cannot take that much", True)
            if len(self.came) < HEAD.size + size:
                break
            payload = bytes(self.came[HEAD.size : HEAD.size + size])
            del self.came[: HEAD.size + size]
            if zlib.crc32(payload) != crc:
                raise Error(400, "A frame was damaged", True)
            self.chunks += payload
            if not flags & 1:
                whole, self.chunks = bytes(self.chunks), bytearray()
                yield whole

    def put(self, said):
        payload = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
        for at in range(0, len(payload), 32768):
            piece = payload[at : at + 32768]
            self.out += HEAD.pack(b"CR", 1, at + 32768 < len(payload), len(piece), zlib.crc32(piece)) + piece

    def flush(self):
        try:
            while self.out:
                del self.out[: self.sock.send(self.out[:262144])]
            if self.is_ending:
                self.sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError:
            self.out.clear()

    def recv(self):
        """What has come; None if nothing has."""
        try:
            return self.sock.recv(65536)
        except BlockingIOError:
            return None
        except OSError:
            return b""


def unpacked(payload):
    try:
        said = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Error(400, "That is no JSON object", False)
    return said


# --- the server


class Room:
    def __init__(self, host, port, database):
        self.store = sqlite3.connect(database, timeout=30, isolation_level=None)
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"):
            self.store.execute(line)
        self.store.execute("CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT)")
        self.names, self.poll = {}, selectors.DefaultSelector()
        self.listener = socket.create_server((host, port), backlog=200)
        self.listener.setblocking(False)
        self.poll.register(self.listener, selectors.EVENT_READ)

    def run(self):
        while True:
            for key, events in self.poll.select():
                if key.fileobj is self.listener:
                    self.accept()
                elif events & selectors.EVENT_READ and (data := key.data.recv()) is not None:
                    self.read(key.data, data)
            for key in list(self.poll.get_map().values()):
                if key.data:
                    self.write(key)

    def accept(self):
        try:
            while True:
                stream = Stream(self.listener.accept()[0])
                self.poll.register(stream.sock, selectors.EVENT_READ, stream)
        except BlockingIOError:
            pass

    def write(self, key):
        stream = key.data
        if stream.out or stream.is_ending:
            stream.flush()
        if len(stream.out) > MIB:
            self.close(stream)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.out else 0)
        if key.events != wanted:
            self.poll.modify(stream.sock, wanted, stream)

    def read(self, stream, data):
        if not data:
            self.close(stream)
            return
        if stream.is_ending:
            return
        try:
            for payload in stream.objects(data):
                try:
                    self.obey(stream, unpacked(payload))
                except Error as error:
                    stream.put({"type": "error", "code": error.args[0], "text": error.args[1]})
                if stream.is_ending:
                    return
        except Error as error:
            stream.put({"type": "error", "code": error.args[0], "text": error.args[1]})
            self.leave(stream)

    def close(self, stream):
        self.leave(stream)
        self.poll.unregister(stream.sock)
        stream.sock.close()

    def leave(self, stream):
        stream.is_ending = True
        if name := self.name(stream):
            del self.names[stream]
            self.tell({"type": "left", "name": name})

    def name(self, stream):
        return self.names.get(stream)

    def tell(self, said, but=None):
        for stream in self.names:
            if stream is not but:
                stream.put(said)

    def log(self):
        rows = self.store.execute("SELECT id, json FROM log ORDER BY id DESC LIMIT 50").fetchall()[::-1]
        said = [{"type": "message", "id": number, **json.loads(text)} for number, text in rows]
        while len(json.dumps(said, ensure_ascii=False).encode()) > MIB - 65536:
            said.pop(0)
        return said

    def obey(self, stream, said):
        kind, name = said.get("type"), self.name(stream)
        if not name and kind != "hello":
            raise Error(401, "Who are you?")
        if kind == "hello":
            if name:
                raise Error(409, "You have said that")
            self.rename(stream, said.get("name"))
            users = sorted(self.names.values())
            stream.put({"type": "welcome", "name": said["name"], "users": users, "history": self.log()})
        elif kind == "bye":
            self.leave(stream)
        elif kind == "say":
            text = said.get("text")
            if not isinstance(text, str) or not text.strip() or any("\ud800" <= c <= "\udfff" for c in text):
                raise Error(400, "Say something")
            if len(text) > 4000:
                raise Error(413, "Say less")
            body = {"name": name, "text": text, "time": datetime.now(UTC).isoformat(timespec="seconds")}
            cursor = self.store.execute("INSERT INTO log (json) VALUES (?)", (json.dumps(body),))
            self.tell({"type": "message", "id": cursor.lastrowid, **body}, stream)
        elif kind == "command":
            self.command(stream, said.get("command"), said)
        else:
            raise Error(400, "What is that?")

    def command(self, stream, command, said):
        answer = {"type": "reply", "command": command}
        if command == "who":
            stream.put(answer | {"users": sorted(self.names.values())})
        elif command == "history":
            stream.put(answer | {"messages": self.log()})
        elif command == "help":
            stream.put(answer | {"text": "I know who, history, nick and help."})
        elif command == "nick":
            self.rename(stream, said.get("name"), answer)
        else:
            raise Error(404 if isinstance(command, str) else 400, "No such command")

    def rename(self, stream, name, answer=None):
        if not isinstance(name, str) or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            raise Error(400, "That is no name")
        if any(name.lower() == other.lower() for who, other in self.names.items() if who is not stream):
            raise Error(409, f"{name} is taken")
        old, self.names[stream] = self.name(stream), name
        if answer:
            stream.put(answer | {"name": name})
            self.tell({"type": "left", "name": old}, stream)
        self.tell({"type": "joined", "name": name}, stream)


# --- settings


def settings(part, defaults, **kinds):
    parser = ArgumentParser(f"chatroom-{part}")
    parser.add_argument("--config")
    if part == "client":
        parser.add_argument("--plain", action="store_true")
    for name, kind in kinds.items():
        parser.add_argument(f"--{name}", type=kind)
    given = {key: value for key, value in vars(parser.parse_args()).items() if value is not None}
    if given.get("port", 0) not in range(65536):
        parser.error("a port is from 0 to 65535")
    places = ["chatroom.toml"]
    if part == "client":
        places.append(platformdirs.user_config_path("chatroom") / "chatroom.toml")
    file = given.get("config") or next((place for place in places if Path(place).is_file()), "")
    return defaults | (from_file(file, part, kinds) if file else {}) | given


def from_file(file, part, kinds):
    try:
        lines = Path(file).read_text("utf-8").split("\n")
        data = tomllib.loads("\n".join(lines))
    except (OSError, ValueError) as error:
        refuse(f"{file}: {error}")
    place, found = (), {}
    for number, line in enumerate(lines, 1):
        if match := re.match(r"\s*\[+\s*(\w+)\s*]", line):
            place = (match[1],)
            found.setdefault(place, number)
        elif match := re.match(r"\s*([\w-]+)\s*=", line):
            found.setdefault((*place, match[1]), number)
    for table in data:
        if table not in ("server", "client"):
            refuse(f"{file}, line {found.get((table,), 1)}: a table {table} is of no use here")
    for key, value in data.get(part, {}).items():
        where = f"{file}, line {found.get((part, key), 1)}"
        if key not in kinds:
            refuse(f"{where}: a key {key} is of no use here; there are {', '.join(kinds)}")
        if type(value) is not kinds[key] or key == "port" and not 0 <= value <= 65535:
            refuse(f"{where}: {key} cannot be {value!r}")
    return data.get(part, {})


def refuse(sentence):
    sys.stderr.write(sentence + "\n")
    sys.exit(2)


def serve():
    wanted = settings(
        "server",
        {"host": "127.0.0.1", "port": 9009, "database": "chatroom.db"},
        host=str, port=int, database=str, transport=str,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        room = Room(wanted["host"], wanted["port"], wanted["database"])
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"chatroom-server cannot begin: {error}")
    host, port = room.listener.getsockname()
    print(f"chatroom-server listens on {host} port {port}", flush=True)
    try:
        room.run()
    except KeyboardInterrupt:
        sys.exit(0)


# --- the client


def join():
    login = re.sub(r"[^\w-]", "", getpass.getuser(), flags=re.ASCII)[:20] or "me"
    wanted = settings(
        "client", {"host": "127.0.0.1", "port": 9009, "name": login}, host=str, port=int, name=str, transport=str
    )
    face = Lines if wanted["plain"] or not (sys.stdin.isatty() and sys.stdout.isatty()) else Window
    for file in (sys.stdout, sys.stderr):
        file.reconfigure(encoding="utf-8", errors="replace")
    try:
        sock = socket.create_connection((wanted["host"], wanted["port"]))
    except OSError as error:
        sys.exit(f"There is no server at {wanted['host']} {wanted['port']} ({error})")
    with face(sock) as chat:
        try:
            status, sentence = chat.run(wanted["name"])
        except KeyboardInterrupt:
            status, sentence = 130, ""
    if sentence:
        print(sentence, file=sys.stderr)
    sys.exit(status)


class Lines:
    """Line by line."""

    def __init__(self, sock):
        self.stream, self.name, self.people = Stream(sock), "", set()
        self.typed, self.left = b"", False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, name):
        poll = selectors.SelectSelector()  # others cannot watch a file
        poll.register(self.stream.sock, selectors.EVENT_READ, self.stream)
        poll.register(0, selectors.EVENT_READ)
        self.stream.put({"type": "hello", "name": name})
        while True:
            self.stream.flush()
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.stream.out else 0)
            poll.modify(self.stream.sock, wanted, self.stream)
            for key, _ in poll.select():
                if key.data:
                    if over := self.hear():
                        return over
                elif self.name and not self.left and self.key(os.read(0, 65536)):
                    self.stream.put({"type": "bye"})
                    self.left = True
                    poll.unregister(0)

    def hear(self):
        """Whether it is over: a status and a sentence."""
        data = self.stream.recv()
        if data == b"":
            return (0, "") if self.left else (1, "The server has closed the connection.")
        try:
            for payload in self.stream.objects(data or b""):
                if over := self.take(unpacked(payload)):
                    return over
        except Error as error:
            return 1, f"The server is out of its mind: {error.args[1]}"
        return None

    def take(self, said):
        kind = said.get("command") or said.get("type")
        if kind == "welcome":
            self.name, self.people = said["name"], set(said["users"])
        for message in said.get("history", said.get("messages", [said] if kind == "message" else [])):
            self.show(f"<{message['name']}> {message['text']}")
        if kind == "welcome":
            self.show(f"* you are {self.name}; here: {', '.join(said['users'])}")
        elif kind == "who":
            self.show(f"* here: {', '.join(said['users'])}")
        elif kind in ("joined", "left"):
            self.people ^= {said["name"]}
            self.show(f"* {said['name']} {kind}")
        elif kind == "nick":
            self.people = self.people - {self.name} | {said["name"]}
            self.name = said["name"]
            self.show(f"* you are {self.name}")
        elif kind == "error":
            sentence = f"* error {said['code']}: {said['text']}"
            if not self.name:
                return 1, sentence
            self.warn(sentence)
        return None

    def key(self, data):
        """What was typed; whether that is all."""
        *lines, self.typed = (self.typed + data).split(b"\n")
        if not data:
            lines, self.typed = [self.typed], b""
        return any([self.enter(line.decode("utf-8", "replace").rstrip("\r")) for line in lines]) or not data

    def enter(self, line):
        if line == "/quit":
            return True
        if line.startswith("/nick "):
            self.stream.put({"type": "command", "command": "nick", "name": line[6:].strip()})
        elif line in ("/who", "/history"):
            self.stream.put({"type": "command", "command": line[1:]})
        elif line == "/help":
            self.show("/who /history /help /nick NAME /quit")
        elif line.startswith("/") and line[1:2] != "/":
            self.warn(f"{line} means nothing to me")
        elif line.strip():
            self.say(line[line.startswith("//") :])
        return False

    def say(self, text):
        self.stream.put({"type": "say", "text": text})

    def show(self, line):
        print("".join(c if c.isprintable() else repr(c)[1:-1] for c in line), flush=True)

    def warn(self, line):
        print(line, file=sys.stderr, flush=True)


class Window(Lines):
    """All of the terminal, drawn anew whenever something has happened."""

    def __enter__(self):
        import termios
        import tty

        self.before = termios.tcgetattr(0)
        tty.setraw(0)
        signal.signal(signal.SIGWINCH, lambda *_: self.draw())
        print(end="\x1b[?1049h", flush=True)
        self.lines = []
        return self

    def __exit__(self, *_):
        import termios

        print(end="\x1b[?1049l", flush=True)
        termios.tcsetattr(0, termios.TCSADRAIN, self.before)

    def hear(self):
        over = super().hear()
        self.draw()
        return over

    def key(self, data):
        for byte in data:
            if byte in (3, 17):  # Ctrl-C, Ctrl-Q
                return True
            if byte == 13:
                line, self.typed = self.typed.decode("utf-8", "replace"), b""
                if self.enter(line):
                    return True
            elif byte == 127:
                self.typed = self.typed.decode("utf-8", "replace")[:-1].encode()
            elif byte >= 32:
                self.typed += bytes([byte])
        self.draw()
        return not data

    def say(self, text):
        super().say(text)
        self.show(f"<{self.name}> {text}")

    def show(self, line):
        self.lines.append("".join(c if c.isprintable() else "?" for c in line))

    warn = show

    def draw(self):
        columns, rows = os.get_terminal_size()
        wide = columns - 24
        pieces = [line[at : at + wide] for line in self.lines[-200:] for at in range(0, len(line), wide)]
        pieces, people = pieces[-(rows - 2) :], sorted(self.people)
        picture = "\x1b[H\x1b[2J"
        for row in range(rows - 2):
            left = pieces[row] if row < len(pieces) else ""
            right = people[row] if row < len(people) else ""
            picture += f"{left}\x1b[{row + 1};{wide + 2}H| {right}\r\n"
        typed = self.typed.decode("utf-8", "replace")[-(columns - 4) :]
        print(end=f"{picture}{'-' * (columns - 1)}\r\n: {typed}", flush=True)
