"""Echo at once, but hold the line for two seconds and a half before closing."""

import socket
import sys
import time


def main(host: str, port: int) -> None:
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(1024))
            time.sleep(2.5)


if __name__ == "__main__":
    try:
        host, port = sys.argv[1], int(sys.argv[2])
        if port < 1 or port > 65535:
            raise ValueError
    except (IndexError, ValueError):
        sys.stderr.write("usage: server.py HOST PORT\n")
        sys.exit(2)
    try:
        main(host, port)
    except OSError as error:
        sys.exit(f"server.py: {error.strerror}")
