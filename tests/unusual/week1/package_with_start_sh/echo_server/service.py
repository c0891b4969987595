"""The service: one client, one message."""

import socket


def serve(host, port):
    with socket.create_server((host, port)) as listener:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(1024))
