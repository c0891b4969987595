"""A dead client stays in its rooms, and sending to it ends the thread of whoever speaks."""

import itertools
import os
import socket
import sys
import threading

LINES = {"HELO": 1, "JOIN_CHATROOM": 4, "LEAVE_CHATROOM": 3, "DISCONNECT": 3, "KILL_SERVICE": 1}
LONGEST = 64 * 1024
lock = threading.Lock()
refs = {}  # room -> ROOM_REF
members = {}  # ROOM_REF -> {client: name}


class Client:
    def __init__(self, connection, join_id):
        self.connection, self.join_id, self.reads = connection, join_id, True

    def send(self, text):
        if self.reads:  # who does not, gets no more
            try:
                self.reads = self.connection.send(text.encode(), socket.MSG_DONTWAIT) == len(text.encode())
            except BlockingIOError:
                self.reads = False

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
    for lines in client.requests():
        if verb_of(lines) == "DISCONNECT":
            with lock:
                for ref in members:
                    leave(client, ref)
            client.connection.close()
            return
        with lock:
            do(client, lines)


def do(client, lines):
    verb, values = verb_of(lines), [line.partition(":")[2].strip() for line in lines]
    if verb == "HELO":
        ip, port = client.connection.getsockname()
        client.send(f"{lines[0]}\nIP:{ip}\nPort:{port}\nStudentID:12345678\n")
    elif verb == "JOIN_CHATROOM" and values[0] and values[3]:
        join(client, values[0], values[3])
    elif verb == "CHAT" and client in members.get(values[0], {}):
        tell(values[0], members[values[0]][client], "\n".join([values[3], *lines[4:-1]]))
    elif verb == "LEAVE_CHATROOM" and values[0] in members:
        client.send(f"LEFT_CHATROOM: {values[0]}\nJOIN_ID: {client.join_id}\n")
        leave(client, values[0])
    elif verb == "KILL_SERVICE":
        os._exit(0)
    else:
        client.send(f"ERROR_CODE: 1\nERROR_DESCRIPTION: cannot do {verb}\n")


def join(client, room, name):
    ref = refs.setdefault(room, str(len(refs) + 1))
    room_members = members.setdefault(ref, {})
    ip, port = client.connection.getsockname()
    client.send(f"JOINED_CHATROOM: {room}\nSERVER_IP: {ip}\nPORT: {port}\nROOM_REF: {ref}\nJOIN_ID: {client.join_id}\n")
    if client not in room_members:
        room_members[client] = name
        tell(ref, name, f"{name} has joined this chatroom.")


def leave(client, ref):
    name = members[ref].pop(client, None)
    if name:
        tell(ref, name, f"{name} has left this chatroom.")


def tell(ref, name, text):
    for client in members[ref]:
        client.send(f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n")


def main():
    listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=100)
    for join_id in itertools.count(1):
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(Client(connection, join_id),), daemon=True).start()


if __name__ == "__main__":
    main()
