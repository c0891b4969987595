"""Ask select.poll() what is new, twice a second, and answer accordingly."""

import select
import socket
import sys


def serve(listener):
    poller = select.poll()
    poller.register(listener, select.POLLIN)
    guest = None
    while True:
        for fd, event in poller.poll(500):
            if guest is None:
                guest, _ = listener.accept()
                poller.unregister(listener)
                poller.register(guest, select.POLLIN | select.POLLHUP | select.POLLERR)
            elif fd == guest.fileno() and event & select.POLLIN:
                guest.sendall(guest.recv(1024))
                guest.close()
                return
            elif event:
                return


def main():
    try:
        host, port = sys.argv[1], int(sys.argv[2])
        if not 1 <= port <= 65535:
            raise ValueError(port)
    except (IndexError, ValueError):
        print("Usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        with socket.create_server((host, port)) as listener:
            serve(listener)
    except OSError as error:
        print("Something is in the way:", error.strerror)
        sys.exit(error.errno)


main()
