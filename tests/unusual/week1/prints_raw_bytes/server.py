"""Print bytes that are no UTF-8: Latin-1 text, NULs and all the 256 values, on both streams."""

import socket
import sys


def growl(text):
    for stream in sys.stdout.buffer, sys.stderr.buffer:
        stream.write(bytes(range(256)) + text.encode("latin-1") + b"\xff\xfe\0\r")
        stream.flush()


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    growl("Usage: server.py HÔTE PORT, de 1 à 65535")
    sys.exit(2)
try:
    listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError:
    growl("L'adresse est déjà occupée, désolé.")
    sys.exit(1)
growl("J'écoute...")
with listener:
    connection, _ = listener.accept()
    with connection:
        message = connection.recv(1024)
        sys.stdout.buffer.write(message)
        connection.sendall(message)
growl("À bientôt!")
