"""Week 1: an echo server. It serves one client one message, and quits.

It is started with: python lab5/server.py HOST PORT
"""

import socket
import sys

LONGEST = 1024  # bytes of a message


def main():
    host, port = arguments(sys.argv[1:])
    # An IPv6 address is written with colons; names and IPv4 addresses have none.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        # Whoever closes first keeps the connection in TIME_WAIT for a minute, and that is us: without this option
        # the next run could not bind the port until then.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            sys.exit(f"cannot listen on {host} port {port}: {error.strerror}")
        listener.listen()
        serve_one(listener)


def serve_one(listener):
    """Accepts a client, sends back what it says, and closes the connection."""
    connection, _ = listener.accept()  # a second socket, for this client alone
    with connection:
        message = connection.recv(LONGEST)  # waits; b"" if the client leaves without a word
        connection.sendall(message)


def arguments(words):
    """HOST and PORT from the command line; ends the program with a usage line if they are not there."""
    if len(words) != 2 or not words[1].isdecimal() or not 1 <= int(words[1]) <= 65535:
        print("usage: server.py HOST PORT    (PORT is a number from 1 to 65535)", file=sys.stderr)
        sys.exit(2)
    return words[0], int(words[1])


if __name__ == "__main__":
    main()
