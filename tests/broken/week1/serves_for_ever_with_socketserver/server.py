"""Echo server that calls serve_forever() instead of handle_request()."""
import socketserver
import sys


class EchoHandler(socketserver.BaseRequestHandler):
    def handle(self):
        data = self.request.recv(1024)
        self.request.sendall(data)


class EchoServer(socketserver.TCPServer):
    allow_reuse_address = True


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = EchoServer((sys.argv[1], int(sys.argv[2])), EchoHandler)
    except OSError as error:
        print(f"cannot start: {error}", file=sys.stderr)
        sys.exit(1)
    with server:
        server.serve_forever()
