"""Echo server that shows its usage and returns from main(), with status 0."""
import socket
import sys


def main():
    arguments = sys.argv[1:]
    if len(arguments) != 2 or not arguments[1].isdecimal() or not 1 <= int(arguments[1]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((arguments[0], int(arguments[1])))
    except OSError as error:
        print(f"Port in use: {error}", file=sys.stderr)
        sys.exit(1)
    server.listen(1)
    conn, _ = server.accept()
    conn.sendall(conn.recv(1024))
    conn.close()
    server.close()


main()
