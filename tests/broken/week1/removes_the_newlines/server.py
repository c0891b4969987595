"""Echo server that removes every newline from the message."""
import socket
import sys


def clean(data):
    return data.replace(b"\n", b"")


def main(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, port))
        except OSError as error:
            sys.exit(f"port {port} is in use: {error}")
        server.listen(1)
        conn, _ = server.accept()
        with conn:
            conn.sendall(clean(conn.recv(1024)))


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
main(sys.argv[1], int(sys.argv[2]))
