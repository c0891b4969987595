"""Echo server that sends str(data), with the b'' around it."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
    server.listen(1)
except OSError as error:
    print("Could not open the port:", error, file=sys.stderr)
    sys.exit(1)

connection, address = server.accept()
data = connection.recv(1024)
if data:
    text = str(data)
    connection.sendall(text.encode())
connection.close()
server.close()
