"""Trust no recv(): collect pieces until the client is quiet for 300 ms, then echo the whole."""

import socket
import sys


def read_message(connection, limit=1024, silence=0.3):
    message = connection.recv(limit)
    connection.settimeout(silence)
    try:
        while message and len(message) < limit:
            piece = connection.recv(limit - len(message))
            if not piece:
                break
            message += piece
    except TimeoutError:
        pass
    connection.settimeout(None)
    return message


def main(host, port):
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(read_message(connection))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        sys.exit(f"server.py: {error.strerror}")
