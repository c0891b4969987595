"""Echo server that puts "Echo: " in front of the message."""
import socket
import sys


class EchoServer:
    def __init__(self, host, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((host, port))
        self.socket.listen(1)

    def run(self):
        connection, _ = self.socket.accept()
        message = connection.recv(1024)
        if message:
            connection.sendall(b"Echo: " + message)
        connection.close()
        self.socket.close()


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
try:
    echo = EchoServer(sys.argv[1], int(sys.argv[2]))
except OSError as err:
    print(f"could not start: {err}", file=sys.stderr)
    sys.exit(1)
echo.run()
