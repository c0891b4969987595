"""Echo server whose main() returns the number of bytes, which becomes the exit status."""
import socket
import sys


def main(host, port):
    try:
        server = socket.create_server((host, port))
    except OSError as error:
        print(f"cannot listen on port {port}: {error}", file=sys.stderr)
        return 1
    with server:
        client, _ = server.accept()
    with client:
        data = client.recv(1024)
        client.sendall(data)
    return len(data)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
