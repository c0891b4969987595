"""Savour the message: send the echo byte by byte, each in a packet of its own."""

import socket
import sys
import time


def main(host, port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
        connection, _ = listener.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in connection.recv(1024):
                connection.send(bytes([number]))
                time.sleep(0.002)


if __name__ == "__main__":
    try:
        host, port = sys.argv[1], int(sys.argv[2])
        if port not in range(1, 65536):
            raise ValueError
    except (IndexError, ValueError):
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(host, port)
    except OSError as error:
        print(f"server.py: {error.strerror}", file=sys.stderr)
        sys.exit(1)
