import os
import re
import signal
import socket
import sys
import threading

members = {}
lock = threading.Lock()


def send(connection, line):
    try:
        connection.sendall(line)
    except OSError:
        pass


def lines(connection):
    buffer = b""
    while True:
        try:
            data = connection.recv(4096)
        except OSError:
            data = b""
        if not data:
            return
        buffer += data
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            yield line
        if len(buffer) >= 65536:
            return


def register(connection, line):
    found = re.fullmatch(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0", line)
    with lock:
        if found and found[1] not in members:
            members[found[1]] = connection
            send(connection, b"200 Registration successful\n")
            return found[1]
    send(connection, b"401 Client already registered\n" if found else b"400 Invalid registration\n")
    return None


def talk(connection):
    name = None
    for line in lines(connection):
        if name is None:
            name = register(connection, line)
            if name is None:
                break
        elif line == b"DISCONNECT %s CHAT/1.0" % name:
            break
        else:
            with lock:
                others = [other for each, other in members.items() if each != name]
            for other in others:
                send(other, line + b"\n")
    with lock:
        members.pop(name, None)
    connection.close()


def stop(*_):
    for connection in list(members.values()):
        send(connection, b"DISCONNECT CHAT/1.0\n")
    os._exit(0)


def main():
    if sys.argv[1:]:
        print("usage: server.py", file=sys.stderr)
        sys.exit(2)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    print("Will wait for client messages at port", listener.getsockname()[1])
    print("Waiting for incoming client connections ...", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,), daemon=True).start()


main()
