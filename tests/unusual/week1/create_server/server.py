"""The short way: socket.create_server does the four steps in one, for IPv4 and for IPv6."""

import socket
import sys

try:
    host, port = sys.argv[1], int(sys.argv[2])
    assert 0 < port < 65536
except (AssertionError, IndexError, ValueError):
    print("Usage: python server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

try:
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
except OSError as error:
    sys.exit(f"Cannot listen on {host} port {port}: {error.strerror}")

connection, _ = listener.accept()
connection.sendall(connection.recv(1024))
connection.close()
