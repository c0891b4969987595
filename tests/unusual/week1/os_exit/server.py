"""Leave without ceremony: os._exit(0), and the system closes the connection."""

import os
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr, flush=True)
    os._exit(2)

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    listener.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(error, flush=True)
    os._exit(1)
listener.listen()
connection, _ = listener.accept()
connection.sendall(connection.recv(1024))
print("You will never read this.")
os._exit(0)
