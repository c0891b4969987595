# Lab 5 - TCP echo server
# Amara Okafor

import socket
import sys

# check the arguments first
if len(sys.argv) != 3:
    print("Usage: python server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

host = sys.argv[1]

try:
    port = int(sys.argv[2])
except ValueError:
    print("Usage: python server.py HOST PORT (PORT must be a number)", file=sys.stderr)
    sys.exit(2)

if port < 1 or port > 65535:
    print("Usage: python server.py HOST PORT (PORT must be from 1 to 65535)", file=sys.stderr)
    sys.exit(2)

# make the socket
server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# without this I had to wait one minute between two runs
server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

try:
    server_socket.bind((host, port))
except OSError as e:
    print("Sorry, I cannot use port", port, "-", e)
    sys.exit(1)

server_socket.listen(1)
print("Server is waiting on", host, port)

client_socket, client_address = server_socket.accept()
print("Client connected from", client_address)

message = client_socket.recv(1024)
client_socket.sendall(message)
print("Sent back", len(message), "bytes")

client_socket.close()
server_socket.close()
print("Bye")
