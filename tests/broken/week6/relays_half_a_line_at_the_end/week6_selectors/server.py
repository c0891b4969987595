import re
import select
import signal
import socket
import sys
import time

LONGEST, MOST = 65536, 1 << 20
names, buffers, waiting = {}, {}, {}  # all by socket: its name, the beginning of a line, what is to be sent
stopped = []


def drop(sock):
    names.pop(sock, None)
    buffers.pop(sock, None)
    waiting.pop(sock, None)
    sock.close()


def send(sock, data):
    waiting[sock] += data
    try:
        sent = sock.send(waiting[sock])
        waiting[sock] = waiting[sock][sent:]
    except BlockingIOError:
        pass
    except OSError:
        drop(sock)
        return
    if len(waiting[sock]) > MOST:
        drop(sock)


def register(sock, line):
    found = re.fullmatch(rb"REGISTER ([\w-]{1,20}) CHAT/1\.0", line)
    if not found:
        send(sock, b"400 Invalid registration\n")
        drop(sock)
    elif found[1] in names.values():
        send(sock, b"401 Client already registered\n")
        drop(sock)
    else:
        names[sock] = found[1]
        send(sock, b"200 Registration successful\n")


def take(sock, line):
    if sock not in names:
        register(sock, line)
    elif line == b"DISCONNECT %s CHAT/1.0" % names[sock]:
        drop(sock)
    else:
        for other in list(names):
            if other is not sock:
                send(other, line + b"\n")


def receive(sock):
    try:
        data = sock.recv(LONGEST - len(buffers[sock]))
    except OSError:
        data = b""
    if not data:
        if sock in names and buffers[sock]:
            take(sock, buffers[sock])
        drop(sock)
        return
    *lines, buffers[sock] = (buffers[sock] + data).split(b"\n")
    for line in lines:
        if sock in buffers:
            take(sock, line)
    if sock in buffers and len(buffers[sock]) >= LONGEST:
        drop(sock)


def accept(listener):
    sock, _ = listener.accept()
    sock.setblocking(False)
    buffers[sock] = waiting[sock] = b""


def turn(listener, seconds):
    writers = [sock for sock in waiting if waiting[sock]]
    readable, writable, _ = select.select([listener, *buffers], writers, [], seconds)
    for sock in readable:
        if sock is listener:
            accept(sock)
        elif sock in buffers:
            receive(sock)
    for sock in writable:
        if sock in waiting:
            send(sock, b"")


def main():
    if len(sys.argv) > 1:
        print("usage: server.py", file=sys.stderr)
        sys.exit(2)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.append(True))
    listener = socket.socket()
    listener.bind(("", 0))
    listener.listen(128)
    print(f"Will wait for client messages at port {listener.getsockname()[1]}", flush=True)
    print("Waiting for incoming client connections ...", flush=True)
    while not stopped:
        turn(listener, 0.3)
    for sock in list(names):
        send(sock, b"DISCONNECT CHAT/1.0\n")
    latest = time.monotonic() + 1
    while any(waiting.values()) and time.monotonic() < latest:
        turn(listener, 0.1)


main()
