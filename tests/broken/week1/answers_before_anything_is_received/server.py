"""Echo server that says "Welcome!" before the client has said anything."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    sys.exit(f"The port is in use: {error}")
server.listen(1)

conn, addr = server.accept()
try:
    conn.sendall(b"Welcome!\n")
    data = conn.recv(1024)
    conn.sendall(data)
except ConnectionError:
    print("the client has gone")
conn.close()
server.close()
