"""Echo server with socketserver, which leaves SO_REUSEADDR off unless it is told."""
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(1024))


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    server = socketserver.TCPServer((sys.argv[1], int(sys.argv[2])), Echo)
except OSError as error:
    print(f"The server could not start: {error}", file=sys.stderr)
    sys.exit(1)
server.handle_request()
server.server_close()
