"""Echo server that sends the message back twice."""
import socket
import sys


def answer(message):
    reply = message
    reply += message
    return reply


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot listen: {error}", file=sys.stderr)
    sys.exit(1)
client, _ = server.accept()
client.sendall(answer(client.recv(1024)))
client.close()
server.close()
