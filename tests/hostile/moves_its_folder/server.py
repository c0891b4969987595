"""Is right once, and then closes its folder, so that the grader seems to fail when it starts it again."""

import socket
import sys
from pathlib import Path

if len(sys.argv) != 3:
    sys.exit(3)
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((sys.argv[1], int(sys.argv[2])))
server.listen()
connection, _ = server.accept()
for place in ("lab5/server.py", "lab5", "."):
    Path(place).chmod(0)
connection.sendall(connection.recv(1024))
connection.close()
