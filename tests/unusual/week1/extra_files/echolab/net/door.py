"""The listening socket."""

import socket

from ..settings import Settings
from .talk import echo


class DoorError(Exception):
    pass


class Door:
    def __init__(self, settings: Settings):
        try:
            self.socket = socket.create_server(settings)
        except OSError as error:
            raise DoorError(error.strerror) from error

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.socket.close()

    def serve_one(self):
        connection, _ = self.socket.accept()
        with connection:
            echo(connection)
