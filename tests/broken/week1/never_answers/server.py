"""Echo server that prints the message and never sends it back."""
import argparse
import socket
import sys


def port(text):
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port number")
    return int(text)


parser = argparse.ArgumentParser(description="Echoes one message.")
parser.add_argument("HOST")
parser.add_argument("PORT", type=port)
args = parser.parse_args()

try:
    server = socket.create_server((args.HOST, args.PORT))
except OSError as e:
    print(f"port {args.PORT} is not free: {e}", file=sys.stderr)
    sys.exit(1)

connection, client = server.accept()
print("connected:", client)
message = connection.recv(1024)
print("received:", message)
connection.close()
server.close()
