"""A thread and a queue for each client of TCP; udp.py has those of UDP. All of them meet in the same rooms."""

import itertools
import os
import queue
import signal
import socket
import sys
import threading
from contextlib import suppress

from udp import Udp

LINES = {"HELO": 1, "JOIN_CHATROOM": 4, "LEAVE_CHATROOM": 3, "DISCONNECT": 3, "KILL_SERVICE": 1}
LONGEST = 64 * 1024
MOST_WAITING = 5000  # texts
lock = threading.Lock()
refs = {}  # room -> ROOM_REF
members = {}  # ROOM_REF -> {client: name}


class Client:
    def __init__(self, connection, join_id):
        self.connection, self.join_id, self.outbox = connection, join_id, queue.Queue(MOST_WAITING)
        self.where = connection.getsockname()
        self.sender = threading.Thread(target=self.send_what_waits, daemon=True)
        self.sender.start()

    def send(self, text):
        try:
            self.outbox.put_nowait(text)
        except queue.Full:  # she does not read
            self.hang_up()

    def send_what_waits(self):
        with suppress(OSError):
            while text := self.outbox.get():
                self.connection.sendall(text.encode())
        self.hang_up()

    def hang_up(self):
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def requests(self):
        rest, lines, size = b"", [], 0
        while data := self.connection.recv(4096):
            *ended, rest = (rest + data).split(b"\n")
            for line in ended:
                lines.append(line.decode(errors="replace"))
                size += len(line) + 1
                if is_complete(lines):
                    yield lines
                    lines, size = [], 0
            if size + len(rest) > LONGEST:
                return


def is_complete(lines):
    verb = verb_of(lines)
    return len(lines) > 4 and not lines[-1] if verb == "CHAT" else len(lines) == LINES.get(verb, 1)


def verb_of(lines):
    return lines[0].replace(":", " ").partition(" ")[0]


def serve(client):
    with suppress(OSError):
        for lines in client.requests():
            with lock:
                do(client, lines)
            if verb_of(lines) == "DISCONNECT":
                break
    with lock:
        leave_all(client)
    client.send("")
    client.sender.join(3)
    client.connection.close()


def do(client, lines):
    if not is_complete(lines):  # a datagram may say half of something
        client.send("ERROR_CODE: 2\nERROR_DESCRIPTION: this is not all of it\n")
        return
    verb, values = verb_of(lines), [line.partition(":")[2].strip() for line in lines]
    if verb == "HELO":
        ip, port = client.where
        client.send(f"{lines[0]}\nIP:{ip}\nPort:{port}\nStudentID:12345678\n")
    elif verb == "JOIN_CHATROOM" and values[0] and values[3]:
        join(client, values[0], values[3])
    elif verb == "CHAT" and client in members.get(values[0], {}):
        tell(values[0], values[2], "\n".join([values[3], *lines[4:-1]]))
    elif verb == "LEAVE_CHATROOM" and values[0] in members:
        client.send(f"LEFT_CHATROOM: {values[0]}\nJOIN_ID: {client.join_id}\n")
        leave(client, values[0])
    elif verb == "DISCONNECT":
        leave_all(client)
    elif verb == "KILL_SERVICE":
        os._exit(0)
    else:
        client.send(f"ERROR_CODE: 1\nERROR_DESCRIPTION: cannot do {verb}\n")


def join(client, room, name):
    ref = refs.setdefault(room, str(len(refs) + 1))
    ip, port = client.where
    client.send(f"JOINED_CHATROOM: {room}\nSERVER_IP: {ip}\nPORT: {port}\nROOM_REF: {ref}\nJOIN_ID: {client.join_id}\n")
    if client not in members.setdefault(ref, {}):
        members[ref][client] = name
        tell(ref, name, f"{name} has joined this chatroom.")


def leave(client, ref):
    name = members[ref].pop(client, None)
    if name:
        tell(ref, name, f"{name} has left this chatroom.")


def leave_all(client):
    for ref in members:
        leave(client, ref)


def tell(ref, name, text):
    for client in members[ref]:
        client.send(f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n")


def main():
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    address, join_ids = (sys.argv[1], int(sys.argv[2])), itertools.count(1)
    listener = socket.create_server(address, backlog=100)
    Udp(address, join_ids, lock, do, leave_all).start()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(Client(connection, next(join_ids)),), daemon=True).start()


if __name__ == "__main__":
    main()
