"""Echo server that always listens on port 8008, whatever PORT says."""
import socket
import sys

HOST = "localhost"
PORT = 8008


def usage():
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


if len(sys.argv) != 3:
    usage()
HOST = sys.argv[1]
try:
    if not 1 <= int(sys.argv[2]) <= 65535:
        usage()
except ValueError:
    usage()

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((HOST, PORT))
except OSError as e:
    print(f"Cannot use {HOST} port {PORT}: {e}", file=sys.stderr)
    sys.exit(1)
s.listen(1)
print(f"Listening on {HOST} port {PORT}", file=sys.stderr)
conn, addr = s.accept()
conn.sendall(conn.recv(1024))
conn.close()
s.close()
