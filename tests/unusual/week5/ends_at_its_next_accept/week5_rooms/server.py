"""KILL_SERVICE sets a flag, which is looked at after the next accept(). Names are in a dict of rooms of dicts."""

import os
import selectors
import socket
import sys
import threading
from collections import defaultdict

COUNTS = {b"JOIN_CHATROOM": 4, b"LEAVE_CHATROOM": 3, b"DISCONNECT": 3}
lock = threading.Lock()
rooms = defaultdict(dict)  # name of the room, which makes its ref -> {client: name}
killed = False


def ref_of(room):
    return str(int.from_bytes(room.encode(), "big"))  # a number of many digits


class Client:
    def __init__(self, connection, join_id):
        self.connection, self.join_id, self.out = connection, join_id, bytearray()
        connection.setblocking(False)

    def run(self):
        came, lines = b"", []
        with selectors.DefaultSelector() as selector, self.connection:
            selector.register(self.connection, selectors.EVENT_READ)
            while True:
                self.flush()
                selector.modify(self.connection, selectors.EVENT_READ)
                if not selector.select(0.005):
                    continue
                try:
                    data = self.connection.recv(4096)
                except OSError:
                    data = b""
                *ended, came = (came + data).split(b"\n")
                for line in ended:
                    lines.append(line)
                    verb = lines[0].replace(b":", b" ").split(b" ")[0]
                    if not line and verb == b"CHAT" or verb != b"CHAT" and len(lines) == COUNTS.get(verb, 1):
                        data = data if self.do(verb.decode(errors="replace"), lines) else b""
                        lines = []
                if not data or len(came) + sum(map(len, lines)) > 65536:
                    break
            with lock:
                for room in list(rooms):
                    self.leave(room)
            self.flush()

    def flush(self):
        with lock:
            try:
                del self.out[: self.connection.send(self.out)]
            except BlockingIOError:
                del self.out[1_000_000:]
            except OSError:
                self.out.clear()

    def do(self, verb, lines):
        global killed
        lines = [line.decode(errors="replace") for line in lines]
        values = [line.partition(":")[2].strip() for line in lines]
        with lock:
            if verb == "HELO":
                ip, port = self.connection.getsockname()
                self.out += f"{lines[0]}\nIP:{ip}\nPort:{port}\nStudentID:12345678\n".encode()
            elif verb == "JOIN_CHATROOM":
                self.join(values[0], values[3])
            elif verb == "CHAT" and len(values) > 4:
                self.chat(values[0], values[1], "\n".join([values[3], *lines[4:-1]]))
            elif verb == "LEAVE_CHATROOM":
                self.out += f"LEFT_CHATROOM: {values[0]}\nJOIN_ID: {values[1]}\n".encode()
                for room in [room for room in rooms if ref_of(room) == values[0]]:
                    self.leave(room)
            killed = killed or verb == "KILL_SERVICE"
        return verb != "DISCONNECT"

    def join(self, room, name):
        numbers = f"ROOM_REF: {ref_of(room)}\nJOIN_ID: {self.join_id}\n"
        self.out += f"JOINED_CHATROOM: {room}\nSERVER_IP: 1.2.3.4\nPORT: 5\n{numbers}".encode()
        if self not in rooms[room]:
            rooms[room][self] = name
            self.tell(room, name, f"{name} has joined this chatroom.")

    def chat(self, ref, join_id, text):
        for room, people in rooms.items():
            if ref_of(room) == ref and join_id == str(self.join_id) and self in people:
                return self.tell(room, people[self], text)
        self.out += b"ERROR_CODE: 3\nERROR_DESCRIPTION: you are not in there\n"

    def leave(self, room):
        if self in rooms[room]:
            name = rooms[room].pop(self)
            self.tell(room, name, f"{name} has left this chatroom.")

    def tell(self, room, name, text):
        for client in rooms[room]:
            client.out += f"CHAT: {ref_of(room)}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n".encode()


listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=100)
join_id = 0
while not killed:
    connection, _ = listener.accept()
    join_id += 1
    threading.Thread(target=Client(connection, join_id).run, daemon=True).start()
os._exit(0)
