"""An echo server with socketserver: a process for each client."""

import os
import re
import signal
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        while data := self.request.recv(4096):
            self.request.sendall(data)


class Server(socketserver.ForkingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128
    block_on_close = False
    max_children = 300

    def handle_error(self, request, client_address):
        pass


if len(sys.argv) != 3 or not re.fullmatch("[0-9]+", sys.argv[2]) or int(sys.argv[2]) not in range(1, 65536):
    sys.stderr.write("usage: python echo_server.py HOST PORT\n")
    sys.exit(2)
try:
    server = Server((sys.argv[1], int(sys.argv[2])), Echo)
except OSError as error:
    sys.exit(f"no port: {error}")


def stop(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in list(server.active_children or ()):
        os.kill(child, signal.SIGKILL)
    os._exit(0)


signal.signal(signal.SIGINT, stop)
signal.signal(signal.SIGTERM, stop)
server.serve_forever()
