import os
import re
import select
import signal
import socket
import sys

socks, names, inbox, outbox = {}, {}, {}, {}  # by file descriptor
poll = select.poll()


class Stop(Exception):
    pass


def stop(*_):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stop


def forget(fd):
    poll.unregister(fd)
    for table in (names, inbox, outbox):
        table.pop(fd, None)
    socks.pop(fd).close()


def post(fd, data):
    outbox[fd] += data
    poll.modify(fd, select.POLLIN | select.POLLOUT)
    if len(outbox[fd]) > 1024 * 1024:
        write(fd)


def handle(fd, line):
    """What is left to say to this client before it has to go; None if it may stay."""
    if fd in names:
        if line == "DISCONNECT " + names[fd] + " CHAT/1.0":
            return b""
        for other in [other for other in names if other != fd]:
            post(other, line.encode("utf-8", "surrogateescape") + b"\n")
        return None
    if not (found := re.fullmatch(r"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0", line)):
        return b"400 Bad Request\n"
    if found[1] in names.values():
        return b"401 Unauthorized\n"
    names[fd] = found[1]
    post(fd, b"200 OK\n")
    return None


def read(fd):
    try:
        data = socks[fd].recv(1000)
    except BlockingIOError:
        return
    except OSError:
        data = b""
    if not data:
        forget(fd)
        return
    inbox[fd] += data
    while b"\n" in inbox[fd]:
        line, _, inbox[fd] = inbox[fd].partition(b"\n")
        if (last_words := handle(fd, line.decode("utf-8", "surrogateescape"))) is not None:
            if last_words:
                socks[fd].send(last_words)
            forget(fd)
            return
    if len(inbox[fd]) > 65535:
        forget(fd)


def write(fd):
    try:
        outbox[fd] = outbox[fd][socks[fd].send(outbox[fd]) :]
    except BlockingIOError:
        pass
    except OSError:
        forget(fd)
        return
    if len(outbox[fd]) > 1024 * 1024:
        forget(fd)
    elif not outbox[fd]:
        poll.modify(fd, select.POLLIN)


def loop(listener):
    while True:
        for fd, event in poll.poll():
            if fd == listener.fileno():
                new, _ = listener.accept()
                new.setblocking(False)
                socks[new.fileno()], inbox[new.fileno()], outbox[new.fileno()] = new, b"", b""
                poll.register(new, select.POLLIN)
                continue
            if fd in socks and event & select.POLLOUT:
                write(fd)
            if fd in socks and event & (select.POLLIN | select.POLLHUP | select.POLLERR):
                read(fd)


def main():
    port = 0
    if sys.argv[1:2] == ["--port"] and len(sys.argv) == 3 and sys.argv[2].isdigit():
        port = int(sys.argv[2])
    elif sys.argv[1:]:
        sys.stderr.write("Usage: server.py [--port PORT]\n")
        sys.exit(os.EX_USAGE if os.EX_USAGE == 2 else 2)
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    try:
        listener.bind(("::", port))
    except OSError as error:
        print(f"The port {port} cannot be had: {error.strerror}")
        sys.exit(3)
    listener.listen(200)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print("*** Chat server ***\n[ok] PORT:", listener.getsockname()[1], "\nPress Ctrl-C to stop")
    poll.register(listener, select.POLLIN)
    try:
        loop(listener)
    except Stop:
        for fd in names:
            try:
                socks[fd].send(outbox[fd] + b"DISCONNECT CHAT/1.0\n")
            except OSError:
                pass


main()
