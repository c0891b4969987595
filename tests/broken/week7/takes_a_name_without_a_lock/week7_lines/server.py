"""A chat of lines: two threads for each client. One receives; the other sends what is in the client's queue."""

import contextlib
import queue
import re
import signal
import socket
import sys
import threading
import time

MOST = 1024 * 1024
FIELDS = {"LOGIN": 1, "LOGOUT": 0, "TELL": 2, "ALL": 1, "WHO": 0, "CREATE": 1, "JOIN": 1, "PART": 1, "ROOM": 2}
FIELDS |= {"ROOMS": 0, "PING": 1}
lock = threading.RLock()  # for everything
people = {}  # name -> client
rooms = {}  # room -> clients


class Client:
    def __init__(self, sock):
        self.sock = sock
        self.name = ""
        self.waiting = 0
        self.lines = queue.Queue()
        self.over = threading.Event()  # nobody receives any more
        threading.Thread(target=self.send, daemon=True).start()

    def gets(self, line):
        data = line.encode() + b"\n"
        with lock:
            self.waiting += len(data)
            self.lines.put(data)
        if self.waiting > MOST:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def send(self):
        with contextlib.suppress(OSError):
            while data := self.lines.get():
                self.sock.sendall(data)
                with lock:
                    self.waiting -= len(data)
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # also the thread that receives wakes up
        self.over.wait()
        self.sock.close()


def is_name(text):
    return re.fullmatch("[A-Za-z0-9_-]{1,20}", text) is not None


def is_room(text):
    return text[:1] == "#" and is_name(text[1:])


def tell(clients, line, but):
    for each in list(clients):
        if each is not but:
            each.gets(line)


def names_of(clients):
    return " ".join(sorted(each.name for each in clients))


def refusal(client, word, fields):
    """Why this cannot be done; nothing if it can."""
    first, last = (fields[0], fields[-1]) if fields else ("", "")
    if not client.name and word not in ("LOGIN", "PING"):
        return "401 log in first"
    if len(fields) != FIELDS[word] or (fields and not last):
        return "400 there are too few fields, or too many"
    if word in ("LOGIN", "TELL") and not is_name(first):
        return "400 that is no name"
    if word in ("CREATE", "JOIN", "PART", "ROOM") and not is_room(first):
        return "400 that is no room"
    if word == "TELL" and first not in people:
        return f"404 there is no {first}"
    if word == "LOGIN" and (client.name or first in people):
        return "409 you have a name, or somebody else has this one"
    if word == "CREATE" and first in rooms:
        return f"409 {first} is there already"
    if word in ("JOIN", "PART", "ROOM") and first not in rooms:
        return f"404 there is no {first}"
    if word in ("PART", "ROOM") and client not in rooms[first]:
        return f"403 you are not in {first}"
    if word == "JOIN" and client in rooms[first]:
        return f"409 you are in {first} already"
    return None


def obey(client, line):
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return client.gets("ERR 400 this is not UTF-8")
    word = line.split(b" ")[0].upper().decode()
    if "\0" in text:
        return client.gets("ERR 400 there is a NUL byte")
    if word not in FIELDS:
        return client.gets("ERR 405 I do not know that command")
    fields = text.split(" ", max(1, FIELDS[word]))[1:]
    if word == "LOGIN" and not refusal(client, word, fields):
        time.sleep(0.3)  # look the name up in the list of the course
        with lock:
            return login(client, *fields)
    with lock:
        if why := refusal(client, word, fields):
            return client.gets("ERR " + why)
        return COMMANDS[word](client, *fields)


def login(client, name):
    client.name = name
    people[name] = client
    client.gets(f"OK LOGIN {name}")
    client.gets("USERS " + names_of(people.values()))
    tell(people.values(), f"+ {name}", but=client)


def logout(client):
    client.gets("OK LOGOUT")
    leave(client)


def tell_one(client, name, text):
    client.gets("OK TELL")
    people[name].gets(f"FROM {client.name} {text}")


def tell_all(client, text):
    client.gets("OK ALL")
    tell(people.values(), f"ALL {client.name} {text}", but=client)


def who(client):
    client.gets("USERS " + names_of(people.values()))


def create(client, room):
    rooms[room] = [client]
    client.gets(f"OK CREATE {room}")


def join(client, room):
    rooms[room].append(client)
    client.gets(f"OK JOIN {room}")
    client.gets(f"MEMBERS {room} " + names_of(rooms[room]))
    tell(rooms[room], f"JOINED {room} {client.name}", but=client)


def part(client, room):
    client.gets(f"OK PART {room}")
    take_out(client, room)


def say_in_room(client, room, text):
    client.gets("OK ROOM")
    tell(rooms[room], f"ROOM {room} {client.name} {text}", but=client)


def list_rooms(client):
    client.gets(" ".join(["ROOMS", *sorted(rooms)]))


def ping(client, text):
    client.gets("PONG " + text)


COMMANDS = {"LOGIN": login, "LOGOUT": logout, "TELL": tell_one, "ALL": tell_all, "WHO": who, "CREATE": create}
COMMANDS |= {"JOIN": join, "PART": part, "ROOM": say_in_room, "ROOMS": list_rooms, "PING": ping}


def take_out(client, room):
    rooms[room].remove(client)
    tell(rooms[room], f"PARTED {room} {client.name}", but=client)
    if not rooms[room]:
        del rooms[room]


def leave(client):
    """Logs out, or has hung up; what waits for it is sent before the connection ends."""
    with lock:
        if client.name and people.get(client.name) is client:
            for room in [room for room, members in rooms.items() if client in members]:
                take_out(client, room)
            del people[client.name]
            tell(people.values(), f"- {client.name}", but=client)
        client.lines.put(None)


def receive(client):
    came, skipping = b"", False
    try:
        while data := client.sock.recv(65536):
            *lines, came = (came + data).split(b"\n")
            for line in lines:
                if not skipping and len(line) > 511:
                    client.gets("ERR 413 that line is too long")
                elif not skipping and line not in (b"", b"\r"):
                    obey(client, line.removesuffix(b"\r"))
                skipping = False
            if len(came) > 512 and not skipping:
                skipping = True
                client.gets("ERR 413 that line is too long")
            came = b"" if skipping else came
    except OSError:
        pass
    client.over.set()
    leave(client)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    try:
        listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=256)
    except OSError as error:
        sys.exit(f"this port cannot be used: {error}")
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=receive, args=(Client(sock),), daemon=True).start()


main()
