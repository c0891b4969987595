"""A worker thread serves, the main thread only joins it."""

import socket
import sys
import threading


def serve(listener):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(connection.recv(1024))


def main(host, port):
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        print(f"{threading.current_thread().name}: {error.strerror}")
        sys.exit(1)
    worker = threading.Thread(target=serve, args=(listener,), name="worker", daemon=True)
    worker.start()
    try:
        worker.join()
    except KeyboardInterrupt:
        sys.exit(130)
    listener.close()


if __name__ == "__main__":
    args = sys.argv[1:]
    if len(args) != 2 or not args[1].isdecimal() or not 1 <= int(args[1]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    main(args[0], int(args[1]))
