"""On Ctrl-C or SIGTERM, take a second and a half to say goodbye, and quit with status 0."""

import signal
import socket
import sys
import time


def goodbye(number, frame):
    print(f"{signal.Signals(number).name}? Let me just get my coat.", flush=True)
    time.sleep(1.5)
    sys.exit(0)


def main(host, port):
    signal.signal(signal.SIGINT, goodbye)
    signal.signal(signal.SIGTERM, goodbye)
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(1024))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print(error.strerror)
        sys.exit(1)
