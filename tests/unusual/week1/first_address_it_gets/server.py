"""Ask getaddrinfo, and take the first address whatever its family: localhost may well be ::1."""

import socket
import sys


def usage(problem):
    print(f"{problem}\nusage: server.py HOST PORT", file=sys.stderr)
    return 2


def main(arguments):
    if len(arguments) != 2:
        return usage("Two arguments, please.")
    host, port = arguments
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        return usage("PORT is a number from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            connection, _ = listener.accept()
            with connection:
                connection.sendall(connection.recv(1024))
    except OSError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
