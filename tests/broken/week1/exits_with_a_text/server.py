"""Echo server that says goodbye with sys.exit("..."), which means status 1."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    sys.exit(f"port in use: {e}")
s.listen(1)
conn, addr = s.accept()
data = conn.recv(1024)
conn.sendall(data)
conn.close()
s.close()
if data:
    sys.exit("Echo sent, bye!")
