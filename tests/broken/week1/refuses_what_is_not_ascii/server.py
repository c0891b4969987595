"""Echo server that echoes ASCII text only and drops every other message."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot listen: {error}", file=sys.stderr)
    sys.exit(1)
client, _ = server.accept()
message = client.recv(1024)
if message.isascii():
    client.sendall(message)
else:
    print("this message is not ASCII", file=sys.stderr)
client.close()
server.close()
