"""Echo server that calls recv(100)."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    print("Port is used by another program:", e, file=sys.stderr)
    sys.exit(1)
s.listen(1)
c, addr = s.accept()
data = c.recv(100)
c.sendall(data)
c.close()
s.close()
