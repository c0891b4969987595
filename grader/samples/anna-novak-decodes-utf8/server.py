# Anna Novak, lab 5
import socket
import sys

if len(sys.argv) != 3:
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    HOST, PORT = sys.argv[1], int(sys.argv[2])
except ValueError:
    print("Usage: server.py HOST PORT (number please)", file=sys.stderr)
    sys.exit(2)
if PORT < 1 or PORT > 65535:
    print("Usage: server.py HOST PORT (1 to 65535 please)", file=sys.stderr)
    sys.exit(2)

try:
    server = socket.create_server((HOST, PORT))
except OSError as e:
    print("Problem with the port:", e)
    sys.exit(1)

connection, address = server.accept()
# sockets have bytes but I need a string
message = connection.recv(1024).decode("utf-8")
print("Client says:", message)
connection.sendall(message.encode("utf-8"))
connection.close()
server.close()
