"""Echo server that reads on until it has more than one byte."""
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
    sys.exit(f"cannot listen on port {sys.argv[2]}: {error}")
server.listen(1)
conn, addr = server.accept()

message = b""
while len(message) <= 1:  # an empty message makes no sense
    data = conn.recv(1024 - len(message))
    if not data:
        break
    message += data
conn.sendall(message)
conn.close()
server.close()
