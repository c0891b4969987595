"""A selectors event loop with callbacks: later guests are let in and shown out at once, in silence."""

import selectors
import socket
import sys

selector = selectors.DefaultSelector()
guest = None
finished = False


def on_knock(listener):
    global guest
    connection, _ = listener.accept()
    if guest is not None:
        connection.close()
        return
    guest = connection
    guest.setblocking(False)
    selector.register(guest, selectors.EVENT_READ, on_words)


def on_words(connection):
    global finished
    words = connection.recv(1024)
    connection.send(words)
    selector.unregister(connection)
    connection.close()
    finished = True


def main(host, port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            sys.exit(f"{host}:{port}: {error.strerror}")
        listener.listen()
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, on_knock)
        while not finished:
            for key, _ in selector.select():
                key.data(key.fileobj)


if __name__ == "__main__":
    try:
        _, host, port = sys.argv
        if not 0 < int(port) < 65536:
            raise ValueError("no such port")
    except ValueError as error:
        print(f"usage: {sys.argv[0]} HOST PORT ({error})", file=sys.stderr)
        sys.exit(2)
    main(host, int(port))
