"""Echo server with a default for PORT, so that HOST alone is enough to start it."""
import argparse
import socket
import sys


def port(text):
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"no port: {text!r}")


parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=port, nargs="?", default=8008)
args = parser.parse_args()
print(f"Trying port {args.port}", file=sys.stderr)

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((args.host, args.port))
    except OSError as error:
        sys.exit(f"port {args.port} is in use: {error}")
    server.listen(1)
    conn, _ = server.accept()
    with conn:
        conn.sendall(conn.recv(1024))
