"""Echo server that accepts without having called listen()."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
    print("Usage: python server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
except OSError as err:
    print("The port is already in use:", err, file=sys.stderr)
    sys.exit(1)

client, address = server.accept()
print("Client:", address)
message = client.recv(1024)
client.sendall(message)
client.close()
server.close()
