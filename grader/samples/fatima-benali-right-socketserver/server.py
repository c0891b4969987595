import socketserver
import sys


class EchoHandler(socketserver.BaseRequestHandler):
    """Called once for the one client we accept."""

    def handle(self):
        data = self.request.recv(1024)
        self.request.sendall(data)


class EchoServer(socketserver.TCPServer):
    # socketserver does not do this by default!
    allow_reuse_address = True


def usage():
    print("Usage: server.py HOST PORT", file=sys.stderr)
    print("  HOST  address to listen on, for example localhost", file=sys.stderr)
    print("  PORT  number from 1 to 65535", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        usage()
    if not sys.argv[2].isdecimal():
        usage()
    HOST, PORT = sys.argv[1], int(sys.argv[2])
    if PORT == 0 or PORT > 65535:
        usage()

    try:
        server = EchoServer((HOST, PORT), EchoHandler)
    except OSError as error:
        print("Could not start the server on port", PORT, ":", error)
        sys.exit(3)

    with server:
        # handle_request = exactly one, serve_forever would never come back
        server.handle_request()
