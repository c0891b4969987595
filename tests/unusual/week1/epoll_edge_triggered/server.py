"""Edge-triggered epoll on sockets that never block."""

import select
import socket
import sys


def serve(listener):
    listener.setblocking(False)
    connection = None
    with select.epoll() as epoll:
        epoll.register(listener, select.EPOLLIN | select.EPOLLET)
        while True:
            for fd, _ in epoll.poll():
                try:
                    if fd == listener.fileno():
                        connection, _ = listener.accept()
                        connection.setblocking(False)
                        epoll.unregister(listener)
                        epoll.register(connection, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)
                    else:
                        message = connection.recv(1024)
                        connection.send(message)
                        connection.close()
                        return
                except BlockingIOError:
                    continue


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((sys.argv[1], int(sys.argv[2])))
        except OSError as error:
            sys.exit(f"epoll has nothing to wait for: {error.strerror}")
        listener.listen()
        serve(listener)
