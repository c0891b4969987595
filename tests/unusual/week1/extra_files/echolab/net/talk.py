"""The conversation."""

SIZE = 1024


def echo(connection):
    connection.sendall(connection.recv(SIZE))
