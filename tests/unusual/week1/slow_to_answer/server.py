"""Think for one second before each answer."""

import socket
import sys
import time

if len(sys.argv) < 3:
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

HOST = sys.argv[1]
try:
    PORT = int(sys.argv[2])
except ValueError:
    PORT = -1
if PORT < 1 or PORT > 65535:
    print("PORT must be a number from 1 to 65535. Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((HOST, PORT))
except OSError as e:
    print("Cannot bind:", e, file=sys.stderr)
    sys.exit(1)
s.listen()
conn, addr = s.accept()
data = conn.recv(1024)
time.sleep(1)
conn.sendall(data)
conn.close()
s.close()
