"""Echo server that forgets that port numbers end at 65535."""
import socket
import sys

if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or int(sys.argv[2]) == 0:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
host, port = sys.argv[1], int(sys.argv[2])

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
    except OSError as error:
        print(f"The port is in use: {error}", file=sys.stderr)
        sys.exit(1)
    server.listen(1)
    conn, addr = server.accept()
    with conn:
        conn.sendall(conn.recv(1024))
