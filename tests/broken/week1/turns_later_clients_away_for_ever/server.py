"""Echo server that stays there after its client, to turn the later ones away."""
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
    print(f"The port is in use: {error}", file=sys.stderr)
    sys.exit(1)
server.listen(5)

served = False
while True:
    conn, addr = server.accept()
    if not served:
        data = conn.recv(1024)
        if data:
            conn.sendall(data)
            served = True
            print("From now on I turn clients away", file=sys.stderr)
    conn.close()
