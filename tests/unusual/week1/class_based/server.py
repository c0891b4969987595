"""Objects all the way down: classes, a dataclass and context managers."""

from __future__ import annotations

import socket
import sys
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass


class UsageError(Exception):
    pass


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int

    @classmethod
    def from_arguments(cls, arguments: list[str]) -> Endpoint:
        match arguments:
            case [host, port] if port.isdecimal() and 1 <= int(port) <= 65535:
                return cls(host, int(port))
        raise UsageError("Usage: server.py HOST PORT")


class Listener(AbstractContextManager):
    def __init__(self, endpoint: Endpoint):
        self.endpoint = endpoint

    def __enter__(self) -> Listener:
        with ExitStack() as stack:
            self.socket = stack.enter_context(socket.socket())
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind((self.endpoint.host, self.endpoint.port))
            self.socket.listen()
            self.resources = stack.pop_all()
        return self

    def __exit__(self, *details) -> None:
        self.resources.close()

    def conversation(self) -> Conversation:
        return Conversation(self.socket.accept()[0])


class Conversation(AbstractContextManager):
    def __init__(self, connection: socket.socket):
        self.connection = connection

    def echo(self) -> None:
        self.connection.sendall(self.connection.recv(1024))

    def __exit__(self, *details) -> None:
        self.connection.close()


class Application:
    def run(self, arguments: list[str]) -> int:
        try:
            with Listener(Endpoint.from_arguments(arguments)) as listener, listener.conversation() as conversation:
                conversation.echo()
        except UsageError as error:
            print(error, file=sys.stderr)
            return 2
        except OSError as error:
            print(f"{type(self).__name__} failed: {error.strerror}", file=sys.stderr)
            return 1
        return 0


if __name__ == "__main__":
    sys.exit(Application().run(sys.argv[1:]))
