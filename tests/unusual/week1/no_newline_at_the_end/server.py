"""Never end anything with a newline: neither what it prints nor this file."""

import socket
import sys


def say(text, stream=sys.stdout):
    print(text, end="", flush=True, file=stream)


if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
    say("usage: server.py HOST PORT", sys.stderr)
    sys.exit(2)
with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((sys.argv[1], int(sys.argv[2])))
    except OSError:
        say("port taken")
        sys.exit(1)
    listener.listen()
    say("listening...")
    connection, _ = listener.accept()
    with connection:
        say("got one...")
        connection.sendall(connection.recv(1024))
say("bye")