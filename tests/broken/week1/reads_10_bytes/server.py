"""Echo server that calls recv(10)."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
host = sys.argv[1]
port = int(sys.argv[2])

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((host, port))
except OSError as e:
    print(f"{host} port {port}: {e.strerror}", file=sys.stderr)
    sys.exit(1)
s.listen(5)
c, a = s.accept()
msg = c.recv(10)
c.send(msg)
c.close()
s.close()
