"""Echo server that waits for ever for the message of a client that has hung up without a word."""
import socket
import sys
import time

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    sock.bind((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    sys.exit(f"Port {sys.argv[2]} is in use: {error}")
sock.listen(1)
conn, addr = sock.accept()
sock.close()

message = conn.recv(1024)
if not message:
    print("No message yet, I keep looking", file=sys.stderr)
while not message:
    time.sleep(1)
    message = conn.recv(1024)
conn.sendall(message)
conn.close()
