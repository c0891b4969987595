"""A late riser: three seconds of sleep before it binds its socket."""

import socket
import sys
import time


def read_arguments():
    if len(sys.argv) == 3:
        try:
            port = int(sys.argv[2])
        except ValueError:
            port = 0
        if 1 <= port <= 65535:
            return sys.argv[1], port
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


def main():
    address = read_arguments()
    print("Five more minutes...")
    time.sleep(3)
    try:
        listener = socket.create_server(address)
    except OSError as error:
        print(f"I got up for nothing: {error.strerror}")
        sys.exit(1)
    with listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(1024))


main()
