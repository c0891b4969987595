"""Echo server that says "Goodbye" to the client after the echo."""
import argparse
import socket
import sys

parser = argparse.ArgumentParser()
parser.add_argument("host")
parser.add_argument("port", type=int)
options = parser.parse_args()
if not 1 <= options.port <= 65535:
    parser.error("PORT must be from 1 to 65535")

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    sock.bind((options.host, options.port))
except OSError as error:
    print(f"Sorry, the port is in use: {error}", file=sys.stderr)
    sys.exit(1)
sock.listen(1)
conn, _ = sock.accept()
with conn:
    data = conn.recv(1024)
    if data:
        conn.sendall(data + b"Goodbye")
sock.close()
