"""A chat of lines with asyncio streams; match says what a command is. Refuses at 512 bytes without an end already."""

import asyncio
import re
import signal
import sys

LONGEST = 512
WORDS = ["LOGIN", "LOGOUT", "TELL", "ALL", "WHO", "CREATE", "JOIN", "PART", "ROOM", "ROOMS", "PING"]
users, rooms = {}, {}


class User:
    def __init__(self, writer):
        self.writer, self.name, self.open = writer, None, True

    def put(self, line):
        if self.open:
            self.writer.write(f"{line}\n".encode())
            if self.writer.transport.get_write_buffer_size() > 1 << 20:
                self.open = False
                self.writer.transport.abort()


def everybody(names, line, but):
    for name in [name for name in names if name != but.name]:
        users[name].put(line)


def goes(user):
    if users.get(user.name) is user:
        for room in sorted(rooms):
            if user.name in rooms[room]:
                parts(user, room)
        everybody(users, f"- {user.name}", user)
        del users[user.name]


def parts(user, room):
    everybody(rooms[room], f"PARTED {room} {user.name}", user)
    rooms[room].discard(user.name)
    if not rooms[room]:
        rooms.pop(room)


def name_ok(name):
    return bool(re.fullmatch(r"[-\w]{1,20}", name, re.ASCII))


def answer(user, text):
    """None, or the error for what the user has said."""
    word, *fields = text.split(" ")
    word = word.upper() if word.isascii() else word
    if word not in WORDS:
        return "405 What is this?"
    if not user.name and word not in ("LOGIN", "PING"):
        return "401 Who are you?"
    match [word, *fields]:
        case ["PING", first, *more] if first or more:
            user.put("PONG " + text[5:])
        case ["LOGIN", name] if name_ok(name):
            if user.name or name in users:
                return "409 Not again."
            users[name], user.name = user, name
            user.put(f"OK LOGIN {name}")
            user.put("USERS " + " ".join(sorted(users)))
            everybody(users, f"+ {name}", user)
        case ["LOGOUT"]:
            user.put("OK LOGOUT")
            user.open = False
            goes(user)
        case ["TELL", name, first, *more] if name_ok(name) and (first or more):
            if name not in users:
                return "404 Nobody."
            user.put("OK TELL")
            users[name].put(f"FROM {user.name} {' '.join([first, *more])}")
        case ["ALL", first, *more] if first or more:
            user.put("OK ALL")
            everybody(users, f"ALL {user.name} {text[4:]}", user)
        case ["WHO"]:
            user.put("USERS " + " ".join(sorted(users)))
        case ["ROOMS"]:
            user.put(" ".join(["ROOMS"] + sorted(rooms)))
        case ["CREATE" | "JOIN" | "PART", room] if room[:1] == "#" and name_ok(room[1:]):
            return about_room(user, word, room)
        case ["ROOM", room, first, *more] if room[:1] == "#" and name_ok(room[1:]) and (first or more):
            if room not in rooms:
                return "404 No room."
            if user.name not in rooms[room]:
                return "403 Not yours."
            user.put("OK ROOM")
            everybody(rooms[room], f"ROOM {room} {user.name} {' '.join([first, *more])}", user)
        case _:
            return "400 Not so."


def about_room(user, word, room):
    if word == "CREATE":
        if room in rooms:
            return "409 There is one."
        rooms[room] = {user.name}
        user.put(f"OK CREATE {room}")
    elif room not in rooms:
        return "404 No room."
    elif word == "JOIN":
        if user.name in rooms[room]:
            return "409 You are there."
        rooms[room].add(user.name)
        user.put(f"OK JOIN {room}")
        user.put(f"MEMBERS {room} {' '.join(sorted(rooms[room]))}")
        everybody(rooms[room], f"JOINED {room} {user.name}", user)
    elif user.name not in rooms[room]:
        return "403 Not yours."
    else:
        user.put(f"OK PART {room}")
        parts(user, room)


def hears(user, line):
    if line.endswith(b"\r"):
        line = line[:-1]
    if line and user.open:
        try:
            error = answer(user, line.decode()) if b"\0" not in line else "400 A NUL."
        except UnicodeDecodeError:
            error = "400 No text."
        if error:
            user.put(f"ERR {error}")


async def serve(reader, writer):
    user, rest, skips = User(writer), b"", False
    try:
        while user.open and (data := await reader.read(2000)):
            rest += data
            while b"\n" in rest:
                line, _, rest = rest.partition(b"\n")
                if skips:
                    skips = False
                elif len(line) + 1 > LONGEST:
                    user.put("ERR 413 Too long.")
                else:
                    hears(user, line)
            if len(rest) >= LONGEST and not skips:
                user.put("ERR 413 Too long.")
                skips = True
            rest = b"" if skips else rest
    except OSError:
        pass
    goes(user)
    user.open = False
    writer.close()


async def main(host, port):
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, sys.exit, 0)
    async with await asyncio.start_server(serve, host, port, backlog=500) as server:
        await server.serve_forever()


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
