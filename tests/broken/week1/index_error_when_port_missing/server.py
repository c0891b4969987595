"""Echo server that only tests whether there is any argument, and fails on HOST alone."""
import socket
import sys

USAGE = "usage: server.py HOST PORT"

if len(sys.argv) < 2:
    print(USAGE, file=sys.stderr)
    sys.exit(2)
host = sys.argv[1]
try:
    port = int(sys.argv[2])
except ValueError:
    port = -1
if not 1 <= port <= 65535:
    print(USAGE, file=sys.stderr)
    sys.exit(2)

try:
    server = socket.create_server((host, port))
except OSError as error:
    print(f"cannot listen on {host} port {port}: {error}", file=sys.stderr)
    sys.exit(1)
conn, _ = server.accept()
conn.sendall(conn.recv(1024))
conn.close()
server.close()
