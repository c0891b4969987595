"""SO_REUSEPORT in the place of SO_REUSEADDR: it forgives TIME_WAIT just as well."""

import socket
import sys


def main(host: str, port: int) -> int:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        print(f"bind: {error.strerror}")
        return 1
    listener.listen(1)
    connection, (address, source) = listener.accept()
    print(f"accepted {address}:{source}")
    connection.sendall(connection.recv(1024))
    connection.close()
    listener.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
