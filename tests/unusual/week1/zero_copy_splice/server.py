"""The bytes never enter Python: the kernel splices them from the connection through a pipe and back."""

import os
import socket
import sys


def echo(connection):
    pipe_out, pipe_in = os.pipe()
    left = os.splice(connection, pipe_in, 1024)
    while left:
        left -= os.splice(pipe_out, connection, left)
    os.close(pipe_in)
    os.close(pipe_out)


def main(host, port):
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
        with connection:
            echo(connection.fileno())


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print(error.strerror, file=sys.stderr)
        sys.exit(1)
