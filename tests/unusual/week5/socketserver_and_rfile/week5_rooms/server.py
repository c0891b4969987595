"""socketserver: rfile.readline() reads, under one lock; a client that takes nothing for half a second is let go."""

import os
import random
import socket
import socketserver
import struct
import sys
import threading

lock = threading.RLock()
refs = {}  # room -> ref, of 64 bits
rooms = {}  # ref -> [handler]
names = {}  # (ref, handler) -> name
ids = {}  # (ref, name) -> join_id


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 500_000))
        self.is_gone = False
        try:
            while not self.is_gone and (line := self.line()) and not line.startswith("DISCONNECT"):
                self.do(line)
        except OSError:
            pass
        with lock:
            for ref in rooms:
                self.leave(ref)

    def line(self):
        line = self.rfile.readline(65536)
        if len(line) == 65536 or not line.endswith(b"\n"):
            raise OSError("the end, or too much")
        return line.decode(errors="replace")

    def value(self):
        return self.line().split(":", 1)[-1].strip()

    def do(self, line):
        key, _, value = map(str.strip, line.partition(":"))
        if line.startswith("HELO"):
            ip, port = self.request.getsockname()
            self.send(f"{line}IP:{ip}\nPORT:{port}\nSTUDENTID:12345678\n")
        elif key == "JOIN_CHATROOM":
            _, _, name = self.value(), self.value(), self.value()
            with lock:
                self.join(value, name)
        elif key == "CHAT":
            _, name, text = self.value(), self.value(), self.value()
            while more := self.line().rstrip("\n"):
                text += "\n" + more
                if len(text) > 65536:
                    raise OSError("too much")
            with lock:
                self.tell(value, name, text)
        elif key == "LEAVE_CHATROOM":
            join_id, _ = self.value(), self.value()
            with lock:
                self.leave(value)
                self.send(f"LEFT_CHATROOM:{value}\nJOIN_ID:{join_id}\n")
        elif key == "KILL_SERVICE":
            os._exit(1)

    def join(self, room, name):
        ref = refs.setdefault(room, str(random.getrandbits(64) - 2**63))
        join_id = ids.setdefault((ref, name), str(random.getrandbits(64) - 2**63))
        self.send(f"JOINED_CHATROOM:{room}\nSERVER_IP:localhost\nPORT:0\nROOM_REF:{ref}\nJOIN_ID:{join_id}\n")
        if self not in rooms.setdefault(ref, []):
            rooms[ref].append(self)
            names[ref, self] = name
        self.tell(ref, name, f"{name} has joined this chatroom.")

    def leave(self, ref):
        if self in rooms.get(ref, []):
            name = names.pop((ref, self))
            self.tell(ref, name, f"{name} has left this chatroom.")
            rooms[ref].remove(self)

    def tell(self, ref, name, text):
        for handler in rooms.get(ref, []):
            handler.send(f"CHAT:{ref}\nCLIENT_NAME:{name}\nMESSAGE:{text}\n\n")

    def send(self, text):
        try:
            if not self.is_gone:
                self.connection.sendall(text.encode())
        except OSError:
            self.is_gone = True
            self.connection.shutdown(socket.SHUT_RDWR)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100


Server((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
