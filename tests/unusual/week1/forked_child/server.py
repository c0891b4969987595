"""A forked child serves, the parent waits for it and hands on its status and the signals."""

import os
import signal
import socket
import sys


def serve(listener):
    connection, _ = listener.accept()
    with listener, connection:
        connection.sendall(connection.recv(1024))


def main(host, port):
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        print(f"No child was harmed: {error.strerror}")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        serve(listener)
        os._exit(0)
    try:
        listener.close()
        _, status = os.waitpid(child, 0)
    except KeyboardInterrupt:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        return 130
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
