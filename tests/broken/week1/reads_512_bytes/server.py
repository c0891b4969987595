"""Echo server that calls recv(512)."""
import socket
import sys

BUFSIZE = 512

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot listen: {error}", file=sys.stderr)
    sys.exit(1)
with server:
    conn, _ = server.accept()
    with conn:
        conn.sendall(conn.recv(BUFSIZE))
