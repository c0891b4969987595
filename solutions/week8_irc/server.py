"""Week 8: an IRC server, for the clients that everybody has.

It is started with: python lab5/week8_irc/server.py HOST PORT, and options (options.py)

What is said is in protocol.py and the files that it imports. This is the shell around them: it moves bytes between them
and the sockets, in one thread with selectors, and looks at the clock.
"""

import selectors
import signal
import socket
import sys
import time
from contextlib import suppress

from connections import ENOUGH_MESSAGES, MOST_OUTPUT, Connection
from limits import SERVER_NAME
from messages import Message
from network import Client, Network
from options import Options, options
from protocol import receive

BACKLOG = 4096  # clients that wait to be let in: a class comes all at once
AT_ONCE = 64  # of them are let in before the others are served again
TICK = 0.25  # seconds between two looks at the clock, at most; a signal, too, is noticed then
MOST_SOCKETS = 8192  # open at the same time
LINGER = 5  # seconds in which a client may take its last answers and close
LAST_WORDS = 1  # second for all clients to do so when the server ends


class Server:
    """All connections. What goes wrong with one of them ends that one, and no other."""

    def __init__(self, listener: socket.socket, chosen: Options) -> None:
        self.listener = listener
        self.options = chosen
        self.network = Network(chosen, time.time())
        self.connections: dict[Client, Connection] = {}
        self.held_back: dict[Connection, None] = {}  # those with lines that have to wait
        self.touched: dict[Connection, None] = {}  # those with which something has happened in this turn
        self.tick = min(TICK, chosen.ping / 10)
        self.looked_at = 0.0  # when the clock was looked at for everybody
        self.is_ending = False
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)

    def run(self) -> None:
        """Serves until is_ending is set."""
        while not self.is_ending:
            self.turn()
        self.network.say_goodbye(self.connections, "The server ends")
        if self.listener in self.selector.get_map():
            self.selector.unregister(self.listener)
        end = time.monotonic() + LAST_WORDS
        while self.connections and time.monotonic() < end:
            self.turn()

    def turn(self) -> None:
        """One round: takes what has come, obeys it, and sends what has come of it, all at once for each client."""
        events = self.selector.select(self.patience(time.monotonic()))
        now, self.network.now = time.monotonic(), time.time()
        for key, event in events:
            if key.data is None:
                self.accept(now)
                continue
            self.touched[key.data] = None
            if event & selectors.EVENT_READ:
                self.read(key.data, now)
        for connection in list(self.held_back):
            self.obey(connection, now)
        if now >= self.looked_at + self.tick:
            self.looked_at = now
            self.look_at_clock(now)
        self.settle(now)

    def patience(self, now: float) -> float:
        """How long there may be nothing to do."""
        return min([self.tick, *(connection.delay(now) for connection in self.held_back)])

    def accept(self, now: float) -> None:
        """Lets clients in."""
        for _ in range(AT_ONCE):
            try:
                sock, address = self.listener.accept()
            except BlockingIOError:
                return
            except OSError:  # there are too many, or the client has gone again; the next look at the clock goes on
                self.selector.unregister(self.listener)
                return
            client = Client(address[0], self.network.now)
            self.network.connected += 1
            connection = self.connections[client] = Connection(sock, client, self.options.flood, now)
            self.selector.register(sock, selectors.EVENT_READ, connection)

    def read(self, connection: Connection, now: float) -> None:
        """Takes a piece of what a client has sent."""
        try:
            connection.receive(now)
        except OSError:  # the connection was reset
            self.close(connection, "Connection reset")
            return
        self.obey(connection, now)

    def obey(self, connection: Connection, now: float) -> None:
        """Obeys the lines that wait, as many as may be obeyed now."""
        client = connection.client
        while connection.input and not client.gone:
            if connection.delay(now) > 0 or len(client.outbox) > ENOUGH_MESSAGES:
                break
            receive(self.network, client, connection.next_line())
        self.touched[connection] = None
        is_ghost = connection.heard_all and connection.flood_delay(now) > 0  # it has gone, and shall not talk on
        if connection.input and not client.gone and not is_ghost:
            self.held_back[connection] = None
            if connection.is_flood(now):
                self.network.leave(client, "Excess Flood")
            return
        self.held_back.pop(connection, None)
        if connection.heard_all:
            self.network.leave(client, "Connection closed")  # it may still read its last answers

    def look_at_clock(self, now: float) -> None:
        """Does what is due by time, for everybody."""
        if not self.is_ending and self.listener not in self.selector.get_map():
            self.selector.register(self.listener, selectors.EVENT_READ)
        for connection in list(self.connections.values()):
            if connection.client.gone:
                if now >= connection.close_at:
                    self.close(connection, "")
            else:
                self.ask_for_life(connection, now)

    def ask_for_life(self, connection: Connection, now: float) -> None:
        """A connection can be dead without a sign of it: a cable was pulled out. So whoever is silent has to answer."""
        client, limit = connection.client, self.options.ping
        if not client.registered and now - connection.started >= limit:
            self.network.leave(client, "Registration timed out")
        elif connection.pinged_at and now - connection.pinged_at >= limit:
            self.network.leave(client, f"Ping timeout: {limit:g} seconds")
        elif not connection.pinged_at and now - connection.heard_at >= limit:
            connection.pinged_at = now
            self.network.send([client], Message("", "PING", text=SERVER_NAME))

    def settle(self, now: float) -> None:
        """Sends what the turn has brought. Those who are lost in that leave words for others: hence the loop."""
        while self.network.unsent or self.touched:
            touched, self.touched = self.touched, {}
            unsent, self.network.unsent = self.network.unsent, []
            touched.update((self.connections[client], None) for client in unsent if client in self.connections)
            for connection in touched:
                if connection.client in self.connections:
                    self.write(connection, now)

    def write(self, connection: Connection, now: float) -> None:
        """Sends what waits for a client, and says what there is to wait for now."""
        try:
            connection.send()
        except OSError:
            self.close(connection, "Connection reset")
            return
        client = connection.client
        if len(connection.output) > MOST_OUTPUT:
            self.close(connection, "It does not read what it is sent")
            return
        if client.gone:
            connection.close_at = min(connection.close_at, now + LINGER)
            if connection.heard_all and connection.said_all:
                self.close(connection, "")
                return
        self.watch(connection, now)

    def watch(self, connection: Connection, now: float) -> None:
        """Interest in writing only while something waits: a socket has nearly always room for more."""
        reading = selectors.EVENT_READ if connection.wants_more(now) else 0
        writing = selectors.EVENT_WRITE if connection.output else 0
        known = self.selector.get_map().get(connection.sock)
        if known is None and reading | writing:
            self.selector.register(connection.sock, reading | writing, connection)
        elif known and not reading | writing:
            self.selector.unregister(connection.sock)
        elif known and known.events != reading | writing:
            self.selector.modify(connection.sock, reading | writing, connection)

    def close(self, connection: Connection, reason: str) -> None:
        """Ends a connection. The others are told of it, if they were not."""
        if self.connections.pop(connection.client, None):
            self.network.leave(connection.client, reason)
            self.held_back.pop(connection, None)
            if connection.sock in self.selector.get_map():
                self.selector.unregister(connection.sock)
            connection.sock.close()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at HOST and PORT; ends the program with a sentence if they cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # old connections in TIME_WAIT keep nobody out
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        sys.exit(f"cannot listen on {host} port {port}: {error}")
    listener.setblocking(False)
    return listener


def allow_many_sockets() -> None:
    """A socket is a file, and the system lets a program open 1,024 unless it asks for more. (Windows has no limit.)"""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_SOCKETS if most == resource.RLIM_INFINITY else min(most, MOST_SOCKETS)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def main() -> None:
    chosen = options(sys.argv[1:])
    allow_many_sockets()
    with listening(chosen.host, chosen.port) as listener:
        server = Server(listener, chosen)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(server, "is_ending", True))
        print(f"IRC server on {chosen.host} port {chosen.port}", flush=True)
        server.run()


if __name__ == "__main__":
    main()
