"""Treat the connection as a file: makefile() without a buffer, read() and write()."""

import socket
import sys


def die(status, text):
    print(text, file=sys.stderr)
    sys.exit(status)


args = sys.argv[1:]
if len(args) != 2:
    die(2, "usage: server.py HOST PORT")
host, port = args
if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
    die(2, "usage: server.py HOST PORT, where PORT is a number from 1 to 65535")

try:
    door = socket.create_server((host, int(port)))
except OSError as problem:
    die(1, f"The port {port} of {host} is not to be had: {problem}")

with door:
    connection, address = door.accept()
    with connection, connection.makefile("rwb", buffering=0) as file:
        message = file.read(1024)
        while message:
            message = message[file.write(message) :]
