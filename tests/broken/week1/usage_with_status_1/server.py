"""Echo server that shows its usage with sys.exit("usage ..."), which means status 1."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    sys.exit("usage: server.py HOST PORT")
try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    sys.exit(f"cannot listen: {error}")
with server:
    conn, _ = server.accept()
    with conn:
        conn.sendall(conn.recv(1024))
