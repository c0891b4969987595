"""Week 7: a chat server that can be used with telnet alone.

It is started with: python lab5/week7_lines/server.py HOST PORT

What is said is in protocol.py and chat.py. This is the shell around them: it moves bytes between them and the sockets,
in one thread with selectors, as in week 6.
"""

import selectors
import signal
import socket
import sys
import time

from chat import Chat, Client, Deliveries
from echo_server import arguments, listening
from protocol import Conversation

PIECE = 1024  # bytes that are received at a time: whoever sends thousands of commands shares with the others
MOST_WAITING = 1024 * 1024  # bytes for a client that does not read; then it is let go
LINGER = 5  # seconds in which a client may take its last answers and close
TICK = 0.5  # seconds between two looks at the clock; on Windows, Ctrl-C is noticed only between two waits


class Connection:
    """A client's socket, and what waits to be sent on it."""

    def __init__(self, sock: socket.socket, chat: Chat) -> None:
        self.sock = sock
        self.conversation = Conversation(chat)
        self.outbox = bytearray()
        self.heard_all = False  # the client has closed its sending side
        self.close_at = float("inf")


class Server:
    """All connections. What goes wrong with one of them ends that one, and no other."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.chat = Chat()
        self.connections: dict[Client, Connection] = {}
        self.lost: list[Connection] = []  # closed, but the others have not been told
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)

    def run(self) -> None:
        """Serves for ever."""
        while True:
            for key, events in self.selector.select(TICK):
                if key.fileobj is self.listener:
                    self.accept()
                    continue
                if events & selectors.EVENT_WRITE:
                    self.write(key.data)
                if events & selectors.EVENT_READ:
                    self.read(key.data)
            now = time.monotonic()
            for connection in [each for each in self.connections.values() if each.close_at < now]:
                self.close(connection)
            self.tell_of_the_lost()

    def accept(self) -> None:
        try:
            sock, _ = self.listener.accept()
        except OSError:  # the client has gone again, or there are too many: no reason to end
            return
        sock.setblocking(False)
        connection = Connection(sock, self.chat)
        self.connections[connection.conversation.client] = connection
        self.selector.register(sock, selectors.EVENT_READ, connection)

    def read(self, connection: Connection) -> None:
        """Takes a piece of what a client has sent."""
        try:
            data = connection.sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:  # the connection was reset
            self.close(connection)
            return
        if data:
            self.deliver(connection.conversation.receive(data))
        else:
            connection.heard_all = True
            self.deliver(connection.conversation.end())
            self.write(connection)  # it may still read its last answers

    def deliver(self, deliveries: Deliveries) -> None:
        """Adds lines to what waits for their receivers, and sends what can be sent at once."""
        receivers = {}  # a dict, for its order
        for client, line in deliveries:
            if connection := self.connections.get(client):  # else it was closed a moment ago
                connection.outbox += line.encode() + b"\n"
                receivers[connection] = True
        for connection in receivers:
            self.write(connection)

    def write(self, connection: Connection) -> None:
        """Sends as much as the system takes without waiting; after the last answer, the end of the stream."""
        gone = connection.conversation.client.gone
        try:
            if connection.outbox:
                del connection.outbox[: connection.sock.send(connection.outbox)]
            if gone and not connection.outbox:
                # close() with bytes of the client unread resets the connection, and some systems then throw away what
                # the client has not read. So this ends our direction only; we read until it ends the other one.
                connection.sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:  # the buffers of the system are full: the client reads slowly, or not at all
            pass
        except OSError:
            self.close(connection)
            return
        all_done = connection.heard_all and not connection.outbox
        if all_done or len(connection.outbox) > MOST_WAITING:
            self.close(connection)
            return
        if gone:
            connection.close_at = min(connection.close_at, time.monotonic() + LINGER)
        # Interest in writing only while something waits: a socket has nearly always room for more.
        reading = 0 if connection.heard_all else selectors.EVENT_READ
        writing = selectors.EVENT_WRITE if connection.outbox else 0
        self.selector.modify(connection.sock, reading | writing, connection)

    def close(self, connection: Connection) -> None:
        """Ends a connection; the others are told a little later, since this happens in the middle of things."""
        if self.connections.pop(connection.conversation.client, None):
            self.selector.unregister(connection.sock)
            connection.sock.close()
            self.lost.append(connection)

    def tell_of_the_lost(self) -> None:
        while self.lost:  # telling may find others who are lost
            self.deliver(self.lost.pop(0).conversation.end())


def main() -> None:
    host, port = arguments(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())  # status 0, no traceback
    with listening(host, port) as listener:
        Server(listener).run()


if __name__ == "__main__":
    main()
