"""Echo server that accepts for ever and gives each client a thread."""
import socket
import sys
import threading


def handle(conn):
    with conn:
        data = conn.recv(1024)
        conn.sendall(data)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        server = socket.create_server((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print(f"cannot listen: {error}", file=sys.stderr)
        sys.exit(1)
    while True:
        conn, _ = server.accept()
        threading.Thread(target=handle, args=(conn,)).start()


if __name__ == "__main__":
    main()
