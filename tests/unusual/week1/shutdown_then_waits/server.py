"""The polite goodbye: shut down the sending half, then wait for the end of the client's half before quitting."""

import socket
import sys


def usage():
    print("Usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


def converse(connection):
    message = connection.recv(1024)
    connection.sendall(message)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(1024):
        pass


def main():
    try:
        host, port = sys.argv[1], int(sys.argv[2])
    except (IndexError, ValueError):
        usage()
    if not 1 <= port <= 65535:
        usage()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            sys.exit(f"{host} {port}: {error.strerror}")
        listener.listen()
        connection, _ = listener.accept()
        with connection:
            converse(connection)


main()
