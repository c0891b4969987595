"""A client that says nothing does not count: wait for the next one, until somebody speaks."""

import socket
import sys


def main(host, port):
    with socket.create_server((host, port)) as listener:
        message = b""
        while not message:
            connection, _ = listener.accept()
            with connection:
                try:
                    message = connection.recv(1024)
                    connection.sendall(message)
                except ConnectionError:
                    message = b""
            print("served" if message else "that one was shy, next please")


if __name__ == "__main__":
    try:
        host, port = sys.argv[1], int(sys.argv[2])
        if not 1 <= port <= 65535:
            raise ValueError
    except (IndexError, ValueError):
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(host, port)
    except OSError as error:
        print(f"Cannot listen: {error.strerror}")
        sys.exit(1)
