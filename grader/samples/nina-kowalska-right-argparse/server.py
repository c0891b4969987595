"""TCP echo server for lab 5.

Works with IPv4 and IPv6 addresses, try

    python lab5/server.py localhost 8008
    python lab5/server.py ::1 8008
"""

import argparse
import socket
import sys


def port_number(text):
    """Type for argparse: a port somebody can connect to."""
    number = int(text)  # argparse turns the ValueError into a nice message
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not from 1 to 65535")
    return number


def parse_args():
    parser = argparse.ArgumentParser(description="Echoes one message of one client, then quits.")
    parser.add_argument("host", metavar="HOST", help="name or address to listen on")
    parser.add_argument("port", metavar="PORT", type=port_number, help="1 to 65535")
    return parser.parse_args()  # exits with status 2 if something is wrong


def main():
    args = parse_args()
    family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    try:
        listener = socket.create_server((args.host, args.port), family=family)
    except OSError as error:
        sys.exit(f"Cannot listen on {args.host} port {args.port}: {error}")
    with listener:
        connection, _ = listener.accept()
    with connection:
        connection.sendall(connection.recv(1024))


if __name__ == "__main__":
    main()
