"""Echo server that listens on PORT + 1."""
import argparse
import socket
import sys


def port_number(text):
    number = int(text)
    if number < 1 or number > 65535:
        raise argparse.ArgumentTypeError("PORT must be from 1 to 65535")
    return number


parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=port_number)
args = parser.parse_args()

try:
    server = socket.create_server((args.host, args.port + 1))
except (OSError, OverflowError) as error:
    sys.exit(f"cannot listen: {error}")
with server:
    client, _ = server.accept()
    with client:
        client.sendall(client.recv(1024))
