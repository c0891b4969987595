"""Listen on every address that the name has, IPv4 and IPv6, and take whoever comes first."""

import select
import socket
import sys


def listeners(host, port):
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(1)
        yield listener


def main(host, port):
    waiting = list(listeners(host, port))
    ready, _, _ = select.select(waiting, [], [])
    connection, _ = ready[0].accept()
    for listener in waiting:
        listener.close()
    with connection:
        connection.sendall(connection.recv(1024))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print(f"{sys.argv[1]} port {sys.argv[2]}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
