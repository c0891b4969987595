"""Echo server that decodes as Latin-1 but encodes as UTF-8."""
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
    print("Server not started:", error, file=sys.stderr)
    sys.exit(1)
client, address = server.accept()
text = client.recv(1024).decode("latin-1")
print(address[0], "says", text.encode("unicode_escape").decode())
client.sendall(text.encode())
client.close()
server.close()
