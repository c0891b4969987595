"""A scheduler from scratch: generators yield what they wait for, a select() wakes them."""

import select
import socket
import sys


def run(task):
    wanted = next(task)
    while True:
        ready, _, _ = select.select([wanted], [], [])
        try:
            wanted = task.send(ready[0])
        except StopIteration as stop:
            return stop.value


def one_guest(listener):
    yield listener
    connection, _ = listener.accept()
    return connection


def one_message(connection):
    yield connection
    return connection.recv(1024)


def server(host, port):
    with socket.create_server((host, port)) as listener:
        connection = yield from one_guest(listener)
        with connection:
            connection.sendall((yield from one_message(connection)))


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        run(server(sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print("the scheduler gave up:", error.strerror)
        sys.exit(1)
