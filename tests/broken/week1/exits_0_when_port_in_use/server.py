"""Echo server that says that the port is in use, but then ends with status 0."""
import socket
import sys


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = socket.create_server((sys.argv[1], int(sys.argv[2])))
    except OSError:
        print("This port is already in use.", file=sys.stderr)
        return
    with server:
        conn, _ = server.accept()
        with conn:
            conn.sendall(conn.recv(1024))


if __name__ == "__main__":
    main()
