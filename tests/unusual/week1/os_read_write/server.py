"""Everything is a file descriptor: os.read and os.write on the connection."""

import os
import socket
import sys

USAGE = b"usage: server.py HOST PORT\n"


def main(program, host="", port="", *_):
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        os.write(2, USAGE)
        return 2
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
    except OSError as error:
        os.write(2, os.fsencode(f"{program}: {error.strerror}\n"))
        return 1
    listener.listen()
    fd = listener.accept()[0].detach()
    message = os.read(fd, 1024)
    while message:
        message = message[os.write(fd, message) :]
    os.close(fd)
    os.close(listener.detach())
    return 0


sys.exit(main(*sys.argv))
