"""Start itself again with os.execv, in unbuffered and isolated mode, before it does anything."""

import os
import socket
import sys


def main(host, port):
    with socket.create_server((host, port)) as listener:
        connection, address = listener.accept()
        with connection:
            print("client", *address)
            connection.sendall(connection.recv(1024))


if __name__ == "__main__":
    if not sys.flags.isolated:
        os.execv(sys.executable, [sys.executable, "-I", "-u", *sys.argv])
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print("Twice started, never served:", error.strerror)
        sys.exit(1)
