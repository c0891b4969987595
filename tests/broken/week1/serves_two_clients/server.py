"""Echo server that quits only after its second client."""
import socket
import sys

CLIENTS = 2

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    sys.exit(f"Port {sys.argv[2]} is in use ({error})")
server.listen(CLIENTS)
for _ in range(CLIENTS):
    client, _ = server.accept()
    message = client.recv(1024)
    client.sendall(message)
    client.close()
server.close()
