"""All the arguments through argparse, with a type of their own for ports."""

import argparse
import socket


def port_number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not from 1 to 65535")
    return number


parser = argparse.ArgumentParser(prog="server.py", description=__doc__, epilog="Made with love.")
parser.add_argument("host", metavar="HOST", help="name or address to listen on")
parser.add_argument("port", metavar="PORT", type=port_number, help="port to listen on")
parser.add_argument("-v", "--verbose", action="store_true", help="say what happens")
options = parser.parse_args()

try:
    listener = socket.create_server((options.host, options.port), backlog=1)
except OSError as error:
    parser.exit(1, f"server.py: {error.strerror}\n")

connection, address = listener.accept()
if options.verbose:
    print("client:", address)
with listener, connection:
    connection.sendall(connection.recv(1024))
