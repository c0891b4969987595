"""One IPv6 socket for everything: an IPv4 host is bound as its mapped address, ::ffff:a.b.c.d."""

import socket
import sys


def resolve(host, port):
    flags = socket.AI_V4MAPPED | socket.AI_ALL
    found = socket.getaddrinfo(host, port, socket.AF_INET6, socket.SOCK_STREAM, 0, flags)
    addresses = [address for *_, address in found]
    mapped = [address for address in addresses if address[0].lower().startswith("::ffff:")]
    return (mapped or addresses)[0]


def main(host, port):
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(resolve(host, port))
        listener.listen()
        print("listening on", *listener.getsockname()[:2])
        connection, peer = listener.accept()
        print("a client came from", peer[0])
        with connection:
            connection.sendall(connection.recv(1024))


if __name__ == "__main__":
    try:
        host, port = sys.argv[1:3]
        port = int(port)
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(host, port)
    except OSError as error:
        print(f"Cannot serve there: {error}", file=sys.stderr)
        sys.exit(1)
