"""A minimalist: listen(0), for there is only one guest."""

import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) <= 0xFFFF:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    sock.bind((sys.argv[1], int(sys.argv[2])))
except OSError:
    print("in use")
    sys.exit(1)
sock.listen(0)
sock, _ = sock.accept()  # the listening socket is forgotten here, and so closed
sock.sendall(sock.recv(1024))
