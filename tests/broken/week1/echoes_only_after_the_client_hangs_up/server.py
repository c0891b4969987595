"""Echo server that collects everything until the client hangs up, and echoes only then."""
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
    print(f"Address in use? {error}", file=sys.stderr)
    sys.exit(1)
server.listen(1)

connection, address = server.accept()
message = b""
while True:
    data = connection.recv(1024)
    if not data:
        break
    message += data
connection.sendall(message)
connection.close()
server.close()
