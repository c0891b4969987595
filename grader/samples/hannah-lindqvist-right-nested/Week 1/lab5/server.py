"""Lab 5, week 1: a TCP echo server that serves one client and quits."""

from __future__ import annotations

import socket
import sys

MAX_MESSAGE = 1024


class UsageError(Exception):
    """The command line makes no sense."""


def parse(arguments: list[str]) -> tuple[str, int]:
    """Return host and port from the command line arguments.

    Raises:
        UsageError: if an argument is missing or the port is not usable.
    """
    if len(arguments) != 2:
        raise UsageError(f"expected HOST and PORT, got {len(arguments)} argument(s)")
    host, port = arguments
    try:
        number = int(port)
    except ValueError:
        raise UsageError(f"PORT is not a number: {port}") from None
    if number not in range(1, 65536):
        raise UsageError(f"PORT must be from 1 to 65535, not {number}")
    return host, number


def listen(host: str, port: int) -> socket.socket:
    """Return a TCP socket that listens on the given host and port.

    Raises:
        OSError: if that is impossible, for example because the port is in use.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def echo(connection: socket.socket) -> int:
    """Send one message back to the client and return its length."""
    message = connection.recv(MAX_MESSAGE)
    connection.sendall(message)
    return len(message)


def main() -> int:
    """Run the server and return its exit status."""
    try:
        host, port = parse(sys.argv[1:])
    except UsageError as error:
        print(f"{error}\nusage: python lab5/server.py HOST PORT", file=sys.stderr)
        return 2

    try:
        listener = listen(host, port)
    except OSError as error:
        print(f"Cannot listen on {host}:{port}: {error.strerror}", file=sys.stderr)
        return 1

    with listener:
        connection, peer = listener.accept()
    with connection:
        count = echo(connection)
    print(f"Echoed {count} bytes to {peer[0]}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
