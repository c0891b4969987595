"""A client to try the server with: python client.py HOST PORT."""

import socket
import sys

if __name__ == "__main__":
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5) as connection:
        connection.sendall(b"Hello server!")
        print(connection.recv(1024))
