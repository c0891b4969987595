"""Echo server that looks at data[0] even if nothing came."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    server.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"Port in use: {error}", file=sys.stderr)
    sys.exit(1)
server.listen(1)
conn, addr = server.accept()
data = conn.recv(1024)
print("first byte:", data[0], "last byte:", data[-1])
conn.sendall(data)
conn.close()
server.close()
