"""A chat of lines: one thread, a selector, and for each client what has come and what waits to be sent."""

import re
import selectors
import signal
import socket
import sys

MOST = 1024 * 1024
NAME = "[A-Za-z0-9_-]{1,20}"
ROOM = "#" + NAME
TEXT = "(?s:.+)"
FORMS = {
    **{"LOGIN": [NAME], "LOGOUT": [], "TELL": [NAME, TEXT], "ALL": [TEXT], "WHO": [], "PING": [TEXT]},
    **{"CREATE": [ROOM], "JOIN": [ROOM], "PART": [ROOM], "ROOM": [ROOM, TEXT], "ROOMS": []},
}
selector = selectors.DefaultSelector()
people = {}  # name -> client
rooms = {}  # room -> names
dirty = []  # clients for whom something has to be done


class Refused(Exception):
    pass


class Client:
    def __init__(self, sock):
        self.sock = sock
        self.name = ""
        self.came = b""
        self.skipping = False  # the rest of a line that is too long
        self.waiting = bytearray()
        self.gone = False

    def gets(self, *words):
        self.waiting += " ".join(words).encode() + b"\n"
        dirty.append(self)


def to_others(client, names, *words):
    for name in names:
        if name != client.name:
            people[name].gets(*words)


def refuse_if(wrong, code, sentence):
    if wrong:
        raise Refused(f"{code} {sentence}")


def obey(client, line):
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Refused("400 this is not UTF-8") from None
    refuse_if("\0" in text, 400, "this has a NUL byte")
    word = line.split(b" ")[0].upper().decode()
    refuse_if(word not in FORMS, 405, "there is no such command")
    refuse_if(not client.name and word not in ("LOGIN", "PING"), 401, "log in first")
    forms = FORMS[word]
    fields = text.split(" ", max(1, len(forms)))[1:]
    refuse_if(len(fields) != len(forms) or not all(map(re.fullmatch, forms, fields)), 400, "other fields are needed")
    if word in ("CREATE", "JOIN", "PART", "ROOM"):
        in_room(client, word, *fields)
    elif word == "LOGIN":
        log_in(client, fields[0])
    elif word == "LOGOUT":
        client.gets("OK LOGOUT")
        leave(client)
    elif word == "TELL":
        name, said = fields
        refuse_if(name not in people, 404, "there is no such user")
        client.gets("OK TELL")
        people[name].gets("FROM", client.name, said)
    elif word == "ALL":
        client.gets("OK ALL")
        to_others(client, people, "ALL", client.name, fields[0])
    elif word == "WHO":
        client.gets("USERS", *sorted(people))
    elif word == "ROOMS":
        client.gets("ROOMS", *sorted(rooms))
    else:
        client.gets("PONG", fields[0])


def log_in(client, name):
    refuse_if(client.name, 409, "you are logged in already")
    refuse_if(name in people, 409, "that name is taken")
    client.name = name
    people[name] = client
    client.gets("OK LOGIN", name)
    client.gets("USERS", *sorted(people))
    to_others(client, people, "+", name)


def in_room(client, word, room, text=""):
    if word == "CREATE":
        refuse_if(room in rooms, 409, "there is such a room already")
        rooms[room] = {client.name}
        client.gets("OK CREATE", room)
        return
    refuse_if(room not in rooms, 404, "there is no such room")
    members = rooms[room]
    if word == "JOIN":
        refuse_if(client.name in members, 409, "you are in that room already")
        members.add(client.name)
        client.gets("OK JOIN", room)
        client.gets("MEMBERS", room, *sorted(members))
        to_others(client, members, "JOINED", room, client.name)
        return
    refuse_if(client.name not in members, 403, "you are not in that room")
    if word == "ROOM":
        client.gets("OK ROOM")
        to_others(client, members, "ROOM", room, client.name, text)
    else:
        client.gets("OK PART", room)
        take_out(client, room)


def take_out(client, room):
    rooms[room].remove(client.name)
    to_others(client, rooms[room], "PARTED", room, client.name)
    if not rooms[room]:
        del rooms[room]


def leave(client):
    client.gone = True
    dirty.append(client)
    if people.get(client.name) is client:
        for room in [room for room, members in rooms.items() if client.name in members]:
            take_out(client, room)
        to_others(client, people, "-", client.name)
        del people[client.name]


def take(client, data):
    line, end, rest = (client.came + data).partition(b"\n")
    client.came = b"" if end else line
    if end:
        if client.skipping:
            client.skipping = False
        elif len(line) >= 512:
            client.gets("ERR 413 this line is too long")
        elif line not in (b"", b"\r") and not client.gone:
            try:
                obey(client, line.removesuffix(b"\r"))
            except Refused as refusal:
                client.gets("ERR", str(refusal))
        take(client, rest)
        return
    if len(client.came) > 512 and not client.skipping:
        client.skipping = True
        client.gets("ERR 413 this line is too long")
    if client.skipping:
        client.came = b""


def read(client):
    try:
        data = client.sock.recv(65536)
    except OSError:
        data = b""
    if data:
        take(client, data)
    else:
        leave(client)


def flush(client):
    try:
        if client.waiting:
            del client.waiting[: client.sock.send(client.waiting)]
    except BlockingIOError:
        pass
    except OSError:
        client.waiting.clear()
        leave(client)
    if len(client.waiting) > MOST:
        leave(client)
        client.waiting.clear()
    if client.gone and not client.waiting:
        selector.unregister(client.sock)
        client.sock.close()
    else:
        selector.modify(client.sock, selectors.EVENT_WRITE * bool(client.waiting) | (not client.gone), client)


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        sys.exit(f"cannot listen at {sys.argv[2]}: {error}")
    listener.listen(256)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, events in selector.select():
            if key.data is None:
                sock, _ = listener.accept()
                sock.setblocking(False)
                selector.register(sock, selectors.EVENT_READ, Client(sock))
            elif events & selectors.EVENT_READ:
                read(key.data)
            else:
                dirty.append(key.data)
        while dirty:
            client = dirty.pop()
            if client.sock.fileno() >= 0:
                flush(client)


main()
