"""SO_LINGER with zero seconds: close with a reset, so that no TIME_WAIT is left and no SO_REUSEADDR needed."""

import socket
import struct
import sys


def main(host, port):
    listener = socket.socket()
    listener.bind((host, port))
    listener.listen()
    connection, _ = listener.accept()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sendall(connection.recv(1024))
    connection.close()
    listener.close()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        sys.exit(f"server.py: {error.strerror}")
