"""
Echo server for Lab 5
Mei Lin
"""

import socket
import sys


def check_port(text):
    """Gives the port as a number, or None if it is not a good one."""
    try:
        port = int(text)
    except ValueError:
        return None
    if 1 <= port <= 65535:
        return port
    return None


def serve(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind((host, port))
        server.listen(1)
        print(f"Listening on {host}:{port}")
        connection, client = server.accept()
        with connection:
            print(f"Connected: {client[0]}:{client[1]}")
            message = connection.recv(1024)
            connection.sendall(message)


def main():
    if len(sys.argv) != 3 or check_port(sys.argv[2]) is None:
        print("Usage: python lab5/server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        serve(sys.argv[1], check_port(sys.argv[2]))
    except OSError as error:
        # sometimes I have to wait a minute here, I don't know why
        print(f"Error: {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
