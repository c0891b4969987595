import socket
import sys

if len(sys.argv) != 3:
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

try:
    port = int(sys.argv[2])
except ValueError:
    port = 0

if port <= 0 or port >= 65536:
    print("Usage: server.py HOST PORT, where PORT is 1-65535", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], port))
except OSError:
    print("Port", port, "is in use, please choose another one")
    sys.exit(1)
server.listen(5)

# a server should always be there for its clients
while True:
    client, address = server.accept()
    print("new client", address)
    data = client.recv(1024)
    client.sendall(data)
    client.close()
