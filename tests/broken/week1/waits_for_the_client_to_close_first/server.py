"""Echo server that answers, and then waits until the client has closed its side."""
import socket
import sys


def main(host, port):
    try:
        server = socket.create_server((host, port))
    except OSError as error:
        print(f"cannot listen on {host} port {port}: {error}", file=sys.stderr)
        return 1
    client, _ = server.accept()
    server.close()
    client.sendall(client.recv(1024))
    while client.recv(1024):
        pass
    client.close()
    return 0


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    print("usage: server.py HOST PORT", file=sys.stderr)
    sys.exit(2)
sys.exit(main(sys.argv[1], int(sys.argv[2])))
