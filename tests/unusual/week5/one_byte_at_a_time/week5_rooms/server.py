"""recv(1) until the request has its end; a thread for each client and one for all sending. It ends after five seconds."""

import os
import queue
import socket
import sys
import threading

guard = threading.Condition()
outbox = queue.Queue()  # (connection, bytes): one thread sends all, and waits for nobody
refs, members = {}, {}


def read_line(connection):
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte or len(line) > 65536:
            raise ConnectionError
        line += byte
    return line[:-1].rstrip(b"\r").decode(errors="replace")


def field(connection):
    return read_line(connection).partition(":")[2].strip()


def serve(connection, join_id):
    try:
        while do(connection, join_id, read_line(connection)):
            pass
    except OSError:
        pass
    with guard:
        for ref in members:
            leave(connection, ref)
    outbox.put((connection, None))


def do(connection, join_id, line):
    verb, value = line.replace(":", " ").split(" ")[0], line.partition(":")[2].strip()
    if verb == "JOIN_CHATROOM":
        _, _, name = field(connection), field(connection), field(connection)
        with guard:
            ref = refs.setdefault(value, 7 * len(refs) + 100)
            ip, port = connection.getsockname()
            send(
                connection,
                f"JOINED_CHATROOM: {value}\nSERVER_IP: {ip}\nPORT: {port}\nROOM_REF: {ref}\nJOIN_ID: {join_id}\n",
            )
            members.setdefault(str(ref), {})[connection] = name
            tell(str(ref), name, f"{name} has joined this chatroom.")
    elif verb == "CHAT":
        _, name, text = field(connection), field(connection), field(connection)
        while more := read_line(connection):
            text += "\n" + more
            if len(text) > 65536:
                return False
        with guard:
            if name in members.get(value, {}).values():
                tell(value, name, text)
    elif verb == "LEAVE_CHATROOM":
        id_given, _ = field(connection), field(connection)
        with guard:
            send(connection, f"LEFT_CHATROOM: {value}\nJOIN_ID: {id_given}\n")
            leave(connection, value)
    elif verb == "HELO":
        send(connection, f"{line}\nIP:127.0.0.1\nPort:{sys.argv[2]}\nStudentID:12345678")
    elif verb == "KILL_SERVICE":
        threading.Timer(5, os._exit, (0,)).start()
    return verb != "DISCONNECT"


def leave(connection, ref):
    if connection in members.get(ref, {}):
        name = members[ref][connection]
        tell(ref, name, f"{name} has left this chatroom.")
        del members[ref][connection]


def tell(ref, name, text):
    for connection in members[ref]:
        send(connection, f"CHAT: {ref}\nCLIENT_NAME: {name}\nMESSAGE: {text}\n\n")


def send(connection, text):
    outbox.put((connection, text.encode()))


def send_all():
    while True:
        connection, data = outbox.get()
        try:
            if data is None:
                connection.shutdown(socket.SHUT_RDWR)
            elif connection.send(data, socket.MSG_DONTWAIT) < len(data):
                raise BlockingIOError
        except BlockingIOError:
            connection.shutdown(socket.SHUT_RDWR)  # it does not read: it has to go
        except OSError:
            pass


threading.Thread(target=send_all, daemon=True).start()
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=100)
for number in range(1_000_000):
    threading.Thread(target=serve, args=(listener.accept()[0], number), daemon=True).start()
