"""A silent servant: stdout and stderr go to /dev/null as soon as the socket listens."""

import os
import socket
import sys


def be_silent():
    null = os.open(os.devnull, os.O_RDWR)
    for fd in 0, 1, 2:
        os.dup2(null, fd)
    os.close(null)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return 2
    try:
        listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print("server.py:", error.strerror, file=sys.stderr)
        return 1
    be_silent()
    connection, _ = listener.accept()
    with listener, connection:
        connection.sendall(connection.recv(1024))
    return 0


sys.exit(main())
