"""Echo server that calls int() on PORT without catching the ValueError."""
import socket
import sys


def usage():
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


if len(sys.argv) != 3:
    usage()
host = sys.argv[1]
port = int(sys.argv[2])
if port < 1 or port > 65535:
    usage()

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((host, port))
except OSError as error:
    print(f"Port {port} is in use: {error}", file=sys.stderr)
    sys.exit(1)
server.listen(1)
conn, addr = server.accept()
conn.sendall(conn.recv(1024))
conn.close()
server.close()
