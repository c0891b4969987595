"""Look before you take: MSG_PEEK tells the size, recvmsg_into and sendmsg move the message in slices."""

import socket
import sys


def echo(connection):
    size = len(connection.recv(1024, socket.MSG_PEEK))
    slices = [bytearray(min(100, size - start)) for start in range(0, size, 100)]
    if slices:
        connection.recvmsg_into(slices)
        connection.sendmsg(slices)


def main(host, port):
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
        with connection:
            echo(connection)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print(error.strerror)
        sys.exit(1)
