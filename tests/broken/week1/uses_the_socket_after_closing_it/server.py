"""Echo server that calls shutdown() on the socket that it has just closed."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    sock.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"Port {sys.argv[2]} is in use: {error}", file=sys.stderr)
    sys.exit(1)
sock.listen(1)
client, _ = sock.accept()
sock.close()

data = client.recv(1024)
client.sendall(data)
client.close()
client.shutdown(socket.SHUT_RDWR)
