"""Echo server that calls bind(host, port) without the tuple."""
import socket
import sys

try:
    _, host, port = sys.argv
    port = int(port)
    if not 1 <= port <= 65535:
        raise ValueError
except ValueError:
    print("usage: server.py HOST PORT (from 1 to 65535)", file=sys.stderr)
    sys.exit(2)

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(host, port)
    s.listen()
except OSError as e:
    print("port in use:", e, file=sys.stderr)
    sys.exit(1)
c, _ = s.accept()
c.sendall(c.recv(1024))
c.close()
s.close()
