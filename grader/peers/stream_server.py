"""The program under test as a server that talks to many clients over TCP, as a conversation sees it."""

from __future__ import annotations

from typing import Generic, TypeVar

from grader.peers.stream import Stream
from grader.peers.tcp_server import Server

GOODBYE = 1.0  # seconds for a server to notice that its clients have gone
BRIEFLY = 0.1  # the same for a server that has not noticed it before
Client = TypeVar("Client", bound=Stream)


class StreamServer(Server, Generic[Client]):
    """What a conversation calls `server`. One run serves many conversations; nobody of one is left in the next.

    speaks   the class of its clients
    """

    speaks: type[Client]
    _goodbye = GOODBYE

    def connect(self, name: str) -> Client:
        """A client connects, as soon as the program listens."""
        run = self._listening()
        connection = self._connection(run, name)
        port = connection.getsockname()[1]
        self.steps.append(f"{name} connects")
        client = self.speaks(
            name,
            connection,
            steps=self.steps,
            patience=self._patience,
            unread=lambda: self._workspace.unread(run.port, port),
            mark=self._workspace.token,
            neutral=run.neutral,
        )
        self._clients[f"{name} {port}"] = client  # a name may come again, on another connection
        return client

    def client(self, name: str) -> Client:
        """The client of this name who has connected last in this conversation."""
        return [client for client in self._clients.values() if client.name == name][-1]

    def _hang_up(self) -> None:
        """Lets the program notice that they go: in the next conversation their names are to be free."""
        deadline = self._patience.within(self._goodbye)
        for client in self._clients.values():
            client.says_goodbye()
        for client in self._clients.values():
            client.close(deadline)
        if self._clients and deadline.is_over:
            self._goodbye = BRIEFLY
        self._clients.clear()
