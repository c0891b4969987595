"""Shut the door behind the guest: the listening socket is closed right after accept()."""

import socket
import sys


def wait_for_the_guest(host, port):
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(1)
        return door.accept()[0]


def main():
    if len(sys.argv) != 3:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        return 2
    host, port = sys.argv[1:]
    if not port.isdecimal() or int(port) not in range(1, 65536):
        print(f"{port!r} is no port.\nUsage: server.py HOST PORT", file=sys.stderr)
        return 2
    try:
        guest = wait_for_the_guest(host, int(port))
    except OSError as error:
        print(f"No door to open there: {error.strerror}")
        return 1
    with guest:
        guest.sendall(guest.recv(1024))
    return 0


if __name__ == "__main__":
    sys.exit(main())
