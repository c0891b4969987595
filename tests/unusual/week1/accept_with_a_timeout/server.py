"""Never block for long: accept() and recv() with a timeout of a fifth of a second, over and over."""

import socket
import sys


def patiently(action, *arguments):
    while True:
        try:
            return action(*arguments)
        except TimeoutError:
            continue


def main(host, port):
    with socket.create_server((host, port)) as listener:
        listener.settimeout(0.2)
        connection, _ = patiently(listener.accept)
        with connection:
            connection.settimeout(0.2)
            connection.sendall(patiently(connection.recv, 1024))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print("oops,", error.strerror)
        sys.exit(1)
    except KeyboardInterrupt:
        print("interrupted")
