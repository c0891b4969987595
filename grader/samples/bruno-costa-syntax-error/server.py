# Lab 5
# Bruno Costa

import socket
import sys

if len(sys.argv) != 3
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

host = sys.argv[1]
port = int(sys.argv[2])

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((host, port))
s.listen()
conn, addr = s.accept()
conn.sendall(conn.recv(1024))
conn.close()
