"""Objects all the way down: classes, a dataclass and context managers."""

from __future__ import annotations

import socket
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int

    @classmethod
    def from_arguments(cls, arguments: list[str]) -> Endpoint:
        match arguments:
            case [host, port] if port.isdecimal() and 1 <= int(port) <= 65535:
                return cls(host, int(port))
        raise ValueError("Usage: server.py HOST PORT")


class Conversation(AbstractContextManager):
    def __init__(self, connection: socket.socket):
        self.connection = connection

    def echo(self) -> None:
        self.connection.sendall(self.connection.recv(1024))

    def __exit__(self, *details) -> None:
        self.connection.close()


class Listener(AbstractContextManager):
    def __init__(self, endpoint: Endpoint):
        self.socket = socket.create_server((endpoint.host, endpoint.port))

    def conversation(self) -> Conversation:
        return Conversation(self.socket.accept()[0])

    def __exit__(self, *details) -> None:
        self.socket.close()


class Application:
    def run(self, arguments: list[str]) -> int:
        try:
            with Listener(Endpoint.from_arguments(arguments)) as listener, listener.conversation() as conversation:
                conversation.echo()
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        except OSError as error:
            print(f"{type(self).__name__} failed: {error.strerror}", file=sys.stderr)
            return 1
        return 0


if __name__ == "__main__":
    sys.exit(Application().run(sys.argv[1:]))
