"""Echo server with threads."""

import signal
import socket
import sys
import threading


def echo(connection):
    with connection:
        try:
            while data := connection.recv(65536):
                connection.sendall(data)
        except OSError:
            pass


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 0 < int(sys.argv[2]) < 65536:
        print("usage: echo_server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    with socket.socket() as listener:
        try:
            listener.bind((sys.argv[1], int(sys.argv[2])))
        except OSError as error:
            sys.exit(f"cannot listen: {error}")
        listener.listen(256)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=echo, args=(connection,), daemon=True).start()


main()
