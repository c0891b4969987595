"""Let the socketserver module do the work: TCPServer and a single handle_request()."""

import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(1024))


class OneShot(socketserver.TCPServer):
    allow_reuse_address = True


def usage():
    print("Usage: server.py HOST PORT (PORT from 1 to 65535)", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        usage()
    try:
        address = sys.argv[1], int(sys.argv[2])
    except ValueError:
        usage()
    if address[1] not in range(1, 65536):
        usage()
    try:
        server = OneShot(address, Echo)
    except OSError as why:
        print("Sorry, no server today:", why)
        sys.exit(3)
    with server:
        server.handle_request()
