"""Chat rooms in one loop around select(): what a client has sent, and what waits for her, are kept in bytes."""

import itertools
import re
import select
import socket
import sys

LINES = {b"JOIN_CHATROOM": 4, b"LEAVE_CHATROOM": 3, b"DISCONNECT": 3}  # CHAT ends with an empty one; others have one
LONGEST = 64 * 1024
MOST_WAITING = 1024 * 1024
came, waits, ids = {}, {}, {}  # by connection
refs, rooms = {}, {}  # room -> ref; ref -> {connection: name}
numbers = itertools.count(1)


def whole_request(connection):
    """Cuts the lines of the first request off what has come; None if they are not all there."""
    verb = re.match(rb"\w*", came[connection])[0]
    end = b"\n\n" if verb == b"CHAT" else b"\n"
    *lines, rest = came[connection].split(end, 1 if verb == b"CHAT" else LINES.get(verb, 1))
    if len(lines) < (1 if verb == b"CHAT" else LINES.get(verb, 1)):
        return None
    came[connection] = rest
    return verb.decode(), end.join(lines).decode(errors="replace").split("\n")


def take(connection):
    try:
        data = connection.recv(65536)
    except OSError:
        data = b""
    came[connection] += data
    if not data:
        return drop(connection)
    while connection in came and (request := whole_request(connection)):
        do(connection, *request)
    if len(came.get(connection, b"")) > LONGEST:
        drop(connection)


def do(connection, verb, lines):
    values = [line.partition(":")[2].strip() for line in lines]
    if verb == "HELO":
        ip, port = connection.getsockname()
        say(connection, lines[0], f"IP:{ip}", f"Port:{port}", "StudentID:14320871")
    elif verb == "JOIN_CHATROOM" and values[0] and values[3]:
        join(connection, values[0], values[3])
    elif verb == "CHAT" and connection in rooms.get(values[0], {}) and len(values) > 3:
        tell(values[0], rooms[values[0]][connection], "\n".join([values[3], *lines[4:]]))
    elif verb == "LEAVE_CHATROOM" and values[0] in rooms:
        say(connection, f"LEFT_CHATROOM: {values[0]}", f"JOIN_ID: {ids[connection]}")
        leave(connection, values[0])
    elif verb == "DISCONNECT":
        drop(connection)
    elif verb == "KILL_SERVICE":
        sys.exit()
    else:
        say(connection, "ERROR_CODE: 1", f"ERROR_DESCRIPTION: there is no {verb} like this")


def join(connection, room, name):
    ref = refs.setdefault(room, str(100 + len(refs)))
    ip, port = connection.getsockname()
    say(connection, f"JOINED_CHATROOM: {room}", f"SERVER_IP: {ip}", f"PORT: {port}")
    say(connection, f"ROOM_REF: {ref}", f"JOIN_ID: {ids[connection]}")
    if connection not in rooms.setdefault(ref, {}):
        rooms[ref][connection] = name
        tell(ref, name, f"{name} has joined this chatroom.")


def leave(connection, ref):
    name = rooms[ref].pop(connection, None)
    if name:
        tell(ref, name, f"{name} has left this chatroom.")


def tell(ref, name, text):
    for connection in rooms[ref]:
        say(connection, f"CHAT: {ref}", f"CLIENT_NAME: {name}", f"MESSAGE: {text}", "")


def say(connection, *lines):
    if len(waits[connection]) < MOST_WAITING:  # who does not read misses something
        waits[connection] += "".join(line + "\n" for line in lines).encode()


def send(connection):
    try:
        del waits[connection][: connection.send(waits[connection])]
    except OSError:
        waits[connection].clear()


def drop(connection):
    for ref in rooms:
        leave(connection, ref)
    send(connection)
    connection.close()
    for table in came, waits, ids:
        del table[connection]


def main():
    if len(sys.argv) != 3 or not re.fullmatch("[0-9]{1,5}", sys.argv[2]) or not 0 < int(sys.argv[2]) < 65536:
        print("Usage: server.py IP PORT", file=sys.stderr)
        sys.exit(2)
    try:
        listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=100)
    except OSError as error:
        sys.exit(f"bind: {error.strerror}")
    while True:
        full = [connection for connection in waits if waits[connection]]
        readable, writable, _ = select.select([listener, *came], full, [])
        for connection in writable:
            send(connection)
        for ready in readable:
            if ready is listener:
                connection, _ = listener.accept()
                connection.setblocking(False)
                came[connection], waits[connection], ids[connection] = b"", bytearray(), next(numbers)
            else:
                take(ready)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
