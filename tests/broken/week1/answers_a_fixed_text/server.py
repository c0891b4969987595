"""Echo server that answers "Thank you!" instead of the message."""
import socket
import sys

ANSWER = b"Thank you!"


def serve(host, port):
    with socket.create_server((host, port)) as server:
        conn, _ = server.accept()
        with conn:
            data = conn.recv(1024)
            if data:
                conn.sendall(ANSWER)


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    serve(sys.argv[1], int(sys.argv[2]))
except OSError as error:
    print("network problem:", error, file=sys.stderr)
    sys.exit(1)
