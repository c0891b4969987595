import socket
import sys

HOST = "localhost"
PORT = 8008

if len(sys.argv) != 3:
    print("usage: python lab5/server.py localhost 8008", file=sys.stderr)
    sys.exit(2)

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((HOST, PORT))
except OSError:
    print("port 8008 is in use")
    sys.exit(1)
s.listen()
conn, addr = s.accept()
conn.sendall(conn.recv(1024))
conn.close()
s.close()
