"""Echo server by Freya Hansen."""
import socket
import sys


def usage():
    print("Usage: python lab5/server.py HOST PORT", file=sys.stderr)
    sys.exit(2)


def parse_port(text):
    try:
        port = int(text)
    except ValueError:
        usage()
    if port < 1 or port > 65535:
        usage()
    return port


if len(sys.argv) != 3:
    usage()

address = (sys.argv[1], parse_port(sys.argv[2]))

try:
    listener = socket.create_server(address)
except OSError as error:
    print("Can't listen there:", error, file=sys.stderr)
    sys.exit(1)

with listener:
    conn, client = listener.accept()
    with conn:
        message = conn.recv(1024)
        # my terminal puts the prompt right behind the answer, so end the line if the client didn't
        if message and b"\n" not in message:
            message += b"\n"
        conn.sendall(message)
