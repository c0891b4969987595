"""Echo server whose handler for SIGTERM only prints a line, and accept() goes on."""
import signal
import socket
import sys


def on_terminate(number, frame):
    print("I have been asked to stop", file=sys.stderr)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, on_terminate)
    try:
        server = socket.create_server((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print(f"cannot listen: {error}", file=sys.stderr)
        return 1
    with server:
        conn, _ = server.accept()
        with conn:
            conn.sendall(conn.recv(1024))
    return 0


sys.exit(main())
