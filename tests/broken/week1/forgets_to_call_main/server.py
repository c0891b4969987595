"""Echo server whose main() is never called."""
import socket
import sys


def parse(arguments):
    if len(arguments) == 2 and arguments[1].isdecimal() and 1 <= int(arguments[1]) <= 65535:
        return arguments[0], int(arguments[1])
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


def main():
    address = parse(sys.argv[1:])
    try:
        server = socket.create_server(address)
    except OSError as error:
        sys.exit(f"port {address[1]} is in use: {error}")
    with server:
        conn, _ = server.accept()
        with conn:
            conn.sendall(conn.recv(1024))

