"""Serveur echo TCP (lab 5), Lea Dubois."""

import socket
import sys


def read_arguments():
    """Returns (host, port) or None."""
    if len(sys.argv) != 3:
        return None
    try:
        port = int(sys.argv[2])
    except ValueError:
        return None
    return (sys.argv[1], port) if 1 <= port <= 65535 else None


def serve(address):
    """Returns True if a message was echoed."""
    with socket.create_server(address) as server:
        connection, _ = server.accept()
        with connection:
            message = connection.recv(1024)
            if not message:
                return False
            connection.sendall(message)
            return True


def main():
    address = read_arguments()
    if address is None:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return 2
    try:
        return serve(address)
    except OSError as error:
        print("It did not work:", error)
        return 3


if __name__ == "__main__":
    sys.exit(main())
