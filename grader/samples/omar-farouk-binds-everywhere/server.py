import socket
import sys


class EchoServer:
    def __init__(self, host, port):
        self.host = host
        self.port = port

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("", self.port))  # "" = works with every host, so localhost works too
            sock.listen(1)
            print("Echo server for", self.host, "on port", self.port)
            client, _ = sock.accept()
            with client:
                client.sendall(client.recv(1024))


def main():
    try:
        host = sys.argv[1]
        port = int(sys.argv[2])
        if not 0 < port < 65536:
            raise ValueError
    except (IndexError, ValueError):
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)

    try:
        EchoServer(host, port).run()
    except OSError as e:
        print("The server stopped because of a problem:", e)
        sys.exit(1)


if __name__ == "__main__":
    main()
