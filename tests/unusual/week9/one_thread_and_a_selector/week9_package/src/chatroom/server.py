"""One thread, a selector, and a table of JSON texts. Commits each message by itself."""

import itertools
import json
import re
import selectors
import signal
import socket
import sqlite3
import struct
import sys
import time
import zlib

from .configuration import server_settings
from .toml_file import Unusable

HEADER = struct.Struct("!HBBII")
CHUNK = 10_000
END = signal.SIGINT, signal.SIGTERM


class Wrong(Exception):
    """What cannot be done, with a code; `fatal` if the stream is of no use any more."""

    def __init__(self, code, text, fatal=False):
        super().__init__(text)
        self.code, self.fatal = code, fatal


class Peer:
    def __init__(self, sock):
        self.sock, self.name, self.out = sock, None, bytearray()
        self.data, self.parts, self.size = bytearray(), [], 0
        self.leaving = 0.0  # when it will be let go of at last

    def payloads(self):
        while len(self.data) >= 12:
            magic, version, flags, length, crc = HEADER.unpack(self.data[:12])
            if magic != 0x4352 or version != 1:
                raise Wrong(400, "That is not my protocol.", True)
            if length > 65_536 or self.size + length > 1_048_576:
                raise Wrong(413, "Too much for me.", True)
            if len(self.data) < 12 + length:
                break
            part = bytes(self.data[12 : 12 + length])
            if zlib.crc32(part) != crc:
                raise Wrong(400, "A bit has fallen over.", True)
            del self.data[: 12 + length]
            self.parts.append(part)
            self.size += length
            if not flags & 1:
                whole, self.parts, self.size = b"".join(self.parts), [], 0
                yield whole

    def put(self, **fields):
        payload = json.dumps(fields, separators=(",", ":"), ensure_ascii=fields["type"] != "welcome").encode()
        for start in itertools.count(0, CHUNK):
            part, more = payload[start : start + CHUNK], len(payload) > start + CHUNK
            self.out += HEADER.pack(0x4352, 1, more, len(part), zlib.crc32(part)) + part
            if not more:
                return


class Server:
    def __init__(self, settings):
        self.db = sqlite3.connect(settings.database, timeout=15, isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")  # the system has it all the same
        self.db.execute("CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, entry TEXT)")
        self.listener = socket.create_server((settings.host, settings.port), backlog=512)
        self.listener.setblocking(False)
        self.woken, wake = socket.socketpair()
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        self.keep = wake
        self.peers = []
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.woken, selectors.EVENT_READ)

    def run(self):
        while True:
            for key, events in self.selector.select(0.5 if any(peer.leaving for peer in self.peers) else None):
                if key.fileobj is self.woken:
                    return
                if key.fileobj is self.listener:
                    self.accept()
                elif key.data in self.peers:
                    if events & selectors.EVENT_READ:
                        self.read(key.data)
                    self.flush(key.data)
            for peer in list(self.peers):
                self.flush(peer)
                if 0 < peer.leaving < time.monotonic():
                    self.drop(peer)

    def accept(self):
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        peer = Peer(sock)
        self.peers.append(peer)
        self.selector.register(sock, selectors.EVENT_READ, peer)

    def read(self, peer):
        try:
            data = peer.sock.recv(30_000)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.leave(peer)
            self.drop(peer)
        if not data or peer.leaving:
            return
        peer.data += data
        try:
            for payload in peer.payloads():
                self.obey(peer, payload)
                if peer.leaving:
                    return
        except Wrong as wrong:
            peer.put(type="error", code=wrong.code, text=str(wrong))
            self.leave(peer)
            peer.leaving = time.monotonic() + 3

    def flush(self, peer):
        if peer not in self.peers:
            return
        try:
            if peer.out:
                del peer.out[: peer.sock.send(peer.out)]
            if not peer.out and peer.leaving:
                peer.sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError:
            self.leave(peer)
            return self.drop(peer)
        if len(peer.out) > 1 << 20:
            self.leave(peer)
            return self.drop(peer)
        self.selector.modify(peer.sock, selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.out else 0), peer)

    def drop(self, peer):
        if peer in self.peers:
            self.peers.remove(peer)
            self.selector.unregister(peer.sock)
            peer.sock.close()

    def leave(self, peer):
        if name := peer.name:
            peer.name = None
            self.tell(peer, type="left", name=name)

    def tell(self, author, **fields):
        for peer in self.peers:
            if peer.name and peer is not author:
                peer.put(**fields)

    def obey(self, peer, payload):
        try:
            said = json.loads(str(payload, "utf-8"))
            if not isinstance(said, dict):
                raise ValueError
        except (ValueError, RecursionError):
            return peer.put(type="error", code=400, text="I read JSON objects only.")
        try:
            kind = said.get("type")
            if peer.name is None and kind != "hello":
                raise Wrong(401, "Who are you?")
            action = {"hello": self.hello, "say": self.say, "command": self.command, "bye": self.bye}
            if not isinstance(kind, str) or kind not in action:
                raise Wrong(400, "Is that a type?")
            action[kind](peer, said)
        except Wrong as wrong:
            peer.put(type="error", code=wrong.code, text=str(wrong))

    def named(self, peer, name):
        if not isinstance(name, str) or not re.match(r"[A-Za-z0-9_-]{1,20}\Z", name):
            raise Wrong(400, "Is that a name?")
        if any(other.name and other.name.lower() == name.lower() for other in self.peers if other is not peer):
            raise Wrong(409, "Somebody else is " + name)
        peer.name = name

    def hello(self, peer, said):
        if peer.name:
            raise Wrong(409, "We have met.")
        self.named(peer, said.get("name"))
        self.tell(peer, type="joined", name=peer.name)
        peer.put(type="welcome", name=peer.name, users=self.users(), history=self.history(), motd="be nice")

    def say(self, peer, said):
        text = said.get("text")
        if not isinstance(text, str) or not text.strip() or any("\ud800" <= c <= "\udfff" for c in text):
            raise Wrong(400, "Say something.")
        if len(text) > 4000:
            raise Wrong(413, "Say less.")
        now = time.time_ns()
        last = self.db.execute("SELECT max(number) FROM log").fetchone()[0] or 0
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9)) + f".{now % 10**9 // 1000:06}+00:00"
        entry = {"type": "message", "id": max(now, last + 1), "name": peer.name, "text": text, "time": stamp}
        self.db.execute("INSERT INTO log VALUES (?, ?)", (entry["id"], json.dumps(entry)))
        self.tell(peer, **entry)

    def bye(self, peer, said):
        self.leave(peer)
        peer.leaving = time.monotonic() + 3

    def command(self, peer, said):
        match said.get("command"):
            case "who":
                peer.put(type="reply", command="who", users=self.users())
            case "history":
                peer.put(type="reply", command="history", messages=self.history())
            case "help":
                peer.put(type="reply", command="help", text="I know: help who history nick NAME")
            case "nick":
                old = peer.name
                self.named(peer, said.get("name"))
                self.tell(peer, type="left", name=old)
                self.tell(peer, type="joined", name=peer.name)
                peer.put(type="reply", command="nick", name=peer.name)
            case str():
                raise Wrong(404, "I do not know that command.")
            case _:
                raise Wrong(400, "A command is a string.")

    def users(self):
        return sorted(peer.name for peer in self.peers if peer.name)

    def history(self):
        found, room = [], 900_000
        for (entry,) in self.db.execute("SELECT entry FROM log ORDER BY number DESC LIMIT 50"):
            room -= len(entry)
            if room < 0:
                break
            found.insert(0, json.loads(entry))
        return found


def main():
    try:
        settings = server_settings(sys.argv[1:])
    except Unusable as problem:
        print(problem, file=sys.stderr)
        return 2
    for number in END:
        signal.signal(number, lambda *_: None)
    try:
        server = Server(settings)
    except (OSError, sqlite3.Error) as problem:
        print("No chat today:", problem, file=sys.stderr)
        return 1
    where = server.listener.getsockname()
    sys.stdout.write(f"chatroom-server listens on {where[0]} port {where[1]}\n")
    sys.stdout.flush()
    server.run()
    server.db.close()
    return 0
