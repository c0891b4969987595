"""Echo server that answers in upper case."""
import socket
import sys


def main():
    if len(sys.argv) != 3:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return 2
    host, port = sys.argv[1:]
    if not port.isdecimal() or int(port) not in range(1, 65536):
        print("usage: server.py HOST PORT, where PORT is a number from 1 to 65535", file=sys.stderr)
        return 2

    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, int(port)))
        except OSError as error:
            print(f"{host}:{port} is taken ({error})", file=sys.stderr)
            return 1
        server.listen(1)
        client, _ = server.accept()
        with client:
            message = client.recv(1024)
            client.sendall(message.upper())
    return 0


sys.exit(main())
