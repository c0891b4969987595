#!/usr/bin/env python3
"""Echo server on top of selectors. Way too much for one client but I wanted to try it before week 2."""

import selectors
import socket
import sys

USAGE = "usage: server.py HOST PORT"


class Done(Exception):
    """The client got its answer, we can go home."""


def on_accept(sel, listener):
    conn, _ = listener.accept()
    conn.setblocking(False)
    # only one client allowed: stop listening right away, the others are turned away by the OS
    sel.unregister(listener)
    listener.close()
    sel.register(conn, selectors.EVENT_READ, on_readable)


def on_readable(sel, conn):
    data = conn.recv(1024)
    sel.unregister(conn)
    conn.setblocking(True)
    conn.sendall(data)
    conn.close()
    raise Done


def open_listener(host, port):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen()
    listener.setblocking(False)
    return listener


def run(host, port):
    with selectors.DefaultSelector() as sel:
        sel.register(open_listener(host, port), selectors.EVENT_READ, on_accept)
        while True:
            for key, _ in sel.select():
                key.data(sel, key.fileobj)


def main():
    try:
        _, host, port = sys.argv
        port = int(port)
        if not 1 <= port <= 65535:
            raise ValueError(port)
    except ValueError:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        run(host, port)
    except Done:
        return 0
    except OSError as err:
        print(f"server: {host}:{port}: {err.strerror}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
