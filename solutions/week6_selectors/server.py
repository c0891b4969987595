"""Week 6: a chat server that serves everyone from one thread.

It is started with: python lab5/week6_selectors/server.py [--host HOST] [--port PORT]
"""

import argparse
import re
import selectors
import signal
import socket
import sys
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
LONGEST_LINE = 64 * 1024  # bytes, with its end
MOST_WAITING = 1024 * 1024  # bytes kept for a client; one that reads so little is let go
MOST_CLIENTS = 1000  # a process may have so many sockets and no more: `ulimit -n` says 1024, or less
LINGER = 1  # seconds that a client has to hear our last words, and to close its side
TICK = 0.25  # seconds after which the loop looks up in any case: at those who leave, and whether it should stop
REGISTER = re.compile(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0\r?")  # telnet ends its lines with \r\n


class Client:
    """A connection, and what is remembered of it from one turn to the next."""

    def __init__(self, connection):
        self.connection = connection
        self.name = None  # from its registration until it leaves
        self.incoming = b""  # the beginning of a line whose end has not come yet
        self.outgoing = bytearray()  # what the connection has not taken yet
        self.leaves = None  # the time when it is dropped at the latest


class Server:
    """Everyone who is there. `turn` asks the selector who can be read or written at once; no other line waits."""

    def __init__(self, listener):
        self.listener, self.clients, self.stopping = listener, set(), False
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, READ)

    def stop(self, *_):
        self.stopping = True  # and no more: a signal may come after any line of this program

    def turn(self):
        """Waits until something can be done without waiting, and does it."""
        for key, events in self.selector.select(TICK):
            if key.fileobj is self.listener:
                self.accept()
            elif events & READ:
                self.receive(key.data)
        for client in [client for client in self.clients if client.outgoing or client.leaves]:
            self.settle(client)

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:  # somebody was there, and has gone again
            return
        connection.setblocking(False)  # from now on recv() and send() raise BlockingIOError rather than wait
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # send now, do not wait for more to go with it
        self.clients.add(client := Client(connection))
        self.selector.register(connection, READ, client)
        if self.stopping or len(self.clients) > MOST_CLIENTS:
            self.end(client, linger=0)

    def receive(self, client):
        try:
            data = client.connection.recv(LONGEST_LINE - len(client.incoming))  # what is kept grows no longer than this
        except BlockingIOError:  # the selector may be wrong
            return
        except OSError:  # the connection was reset
            data = b""
        if not data:
            self.end(client, linger=0)
        elif not client.leaves:  # else it is thrown away
            *lines, client.incoming = (client.incoming + data).split(b"\n")
            text = b"".join([self.take(client, line) for line in lines if not client.leaves])  # asked before each line
            for other in [other for other in self.clients if other.name and other is not client]:
                other.outgoing += text
            if len(client.incoming) == LONGEST_LINE:
                self.end(client)

    def take(self, client, line):
        """Does what a line says. Returns what the others should hear of it."""
        if client.name and line.removesuffix(b"\r") != b"DISCONNECT %s CHAT/1.0" % client.name:
            return line + b"\n"
        if client.name:
            self.end(client)
        elif not (match := REGISTER.fullmatch(line)):
            self.end(client, b"400 Invalid registration\n")
        elif any(other.name == match[1] for other in self.clients):
            self.end(client, b"401 Client already registered\n")
        else:
            client.name = match[1]
            client.outgoing += b"200 Registration successful\n"
        return b""

    def end(self, client, last_words=b"", linger=LINGER):
        """Begins the end of a connection: its name is free at once."""
        client.name = None
        client.outgoing += last_words
        client.leaves = time.monotonic() + linger

    def settle(self, client):
        """Sends what a connection takes, and asks to be told when it can take the rest; drops those who are late."""
        try:
            if client.outgoing:
                del client.outgoing[: client.connection.send(client.outgoing)]  # it takes all, or a part,
            if client.leaves and not client.outgoing:
                client.connection.shutdown(socket.SHUT_WR)  # close() might destroy what is on its way: see the README
        except BlockingIOError:  # or nothing
            pass
        except OSError:  # nobody is there any more
            self.end(client, linger=0)
        if len(client.outgoing) > MOST_WAITING or (client.leaves and time.monotonic() >= client.leaves):
            self.clients.remove(client)
            self.selector.unregister(client.connection)  # before close(): a closed socket has no number to find it by
            client.connection.close()
        else:  # a connection is writable nearly always: watched for that without need, it would wake us up all the time
            self.selector.modify(client.connection, READ | WRITE if client.outgoing else READ, client)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: one that the system chooses")
    options = parser.parse_args()  # ends the program with a usage line and status 2 if they are not like that
    try:
        listener = socket.create_server((options.host, options.port), backlog=MOST_CLIENTS)
    except OverflowError:
        parser.error("PORT is a number from 0 to 65535")
    except (OSError, UnicodeError) as error:
        sys.exit(f"Cannot listen: {error}")
    listener.setblocking(False)
    server = Server(listener)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.stop)
    port = listener.getsockname()[1]
    print(f"Will wait for client messages at port {port}\nWaiting for incoming client connections ...", flush=True)
    while not server.stopping:
        server.turn()
    for client in server.clients:
        server.end(client, b"DISCONNECT CHAT/1.0\n" if client.name else b"")
    while server.clients:  # until they have heard it, or their time is up
        server.turn()


if __name__ == "__main__":
    main()
