"""Echo server that tests what bind() returns, as one does in C, and always gives up."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    result = sock.bind((sys.argv[1], int(sys.argv[2])))
except OSError:
    result = -1
if result != 0:
    print("cannot bind the socket, is the port in use?", file=sys.stderr)
    sys.exit(1)
sock.listen(1)
conn, addr = sock.accept()
data = conn.recv(1024)
conn.sendall(data)
conn.close()
sock.close()
