"""Receive into a bytearray that was there before, and send a memoryview of it: not one copy."""

import socket
import sys

BUFFER = bytearray(1024)


def serve(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(5)
        connection, _ = listener.accept()
        with connection:
            size = connection.recv_into(BUFFER)
            connection.sendall(memoryview(BUFFER)[:size])


if __name__ == "__main__":
    try:
        host, port = sys.argv[1:]
        port = int(port)
        assert 1 <= port <= 65535
    except (ValueError, AssertionError):
        print("USAGE: server.py <host> <port>", file=sys.stderr)
        sys.exit(2)
    try:
        serve(host, port)
    except OSError as error:
        print(f"{type(error).__name__}: {error}")
        sys.exit(1)
