"""Echo server that decodes with errors="ignore", which drops the bytes that are no UTF-8."""
import argparse
import socket
import sys


def port(text):
    value = int(text)
    if not 1 <= value <= 65535:
        raise ValueError
    return value


parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=port)
args = parser.parse_args()
try:
    server = socket.create_server((args.host, args.port))
except OSError as error:
    print(f"port {args.port} cannot be used: {error}", file=sys.stderr)
    sys.exit(1)
with server:
    conn, _ = server.accept()
    with conn:
        text = conn.recv(1024).decode(errors="ignore")
        conn.sendall(text.encode())
