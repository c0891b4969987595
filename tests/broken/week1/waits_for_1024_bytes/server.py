"""Echo server that reads on until it has 1,024 bytes."""
import socket
import sys

SIZE = 1024


def receive_all(conn, size):
    data = b""
    while len(data) < size:
        piece = conn.recv(size - len(data))
        if not piece:
            break
        data += piece
    return data


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print(f"cannot listen: {error}", file=sys.stderr)
    sys.exit(1)
with server:
    conn, _ = server.accept()
    with conn:
        conn.sendall(receive_all(conn, SIZE))
