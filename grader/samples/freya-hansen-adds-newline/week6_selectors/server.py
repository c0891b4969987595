import argparse
import re
import selectors
import signal
import socket
import sys
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
LONGEST, MOST = 64 * 1024, 1024 * 1024


class Client:
    def __init__(self, connection):
        self.connection, self.name = connection, None
        self.incoming, self.outgoing = b"", b""
        self.is_leaving = False


class Server:
    def __init__(self, listener):
        self.listener, self.clients, self.stopping = listener, [], False
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, READ)

    def run(self):
        while not self.stopping:
            self.turn(0.25)
        for client in list(self.clients):
            if client.name:
                self.send(client, b"DISCONNECT CHAT/1.0\n")
        latest = time.monotonic() + 1
        while any(client.outgoing for client in self.clients) and time.monotonic() < latest:
            self.turn(0.1)

    def turn(self, seconds):
        for key, events in self.selector.select(seconds):
            if key.fileobj is self.listener:
                self.accept()
            elif events & READ and key.data in self.clients:
                self.receive(key.data)
            if events & WRITE and key.data in self.clients:
                self.flush(key.data)

    def accept(self):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        client = Client(connection)
        self.clients.append(client)
        self.selector.register(connection, READ, client)

    def receive(self, client):
        try:
            data = client.connection.recv(LONGEST - len(client.incoming))
        except OSError:
            data = b""
        if not data:
            self.drop(client)
            return
        client.incoming += data
        while b"\n" in client.incoming and not client.is_leaving:
            line, client.incoming = client.incoming.split(b"\n", 1)
            self.take(client, line)
        if len(client.incoming) >= LONGEST and client in self.clients:
            self.drop(client)

    def take(self, client, line):
        if client.name is None:
            self.register(client, line)
        elif line == b"DISCONNECT " + client.name + b" CHAT/1.0":
            client.is_leaving = True
            self.drop(client)
        else:
            self.relay(client, line + b"\n")

    def register(self, client, line):
        found = re.fullmatch(rb"REGISTER ([A-Za-z0-9_-]{1,20}) CHAT/1\.0", line)
        if not found:
            client.is_leaving = True
            self.send(client, b"400 Invalid registration\n")
        elif any(other.name == found[1] for other in self.clients):
            client.is_leaving = True
            self.send(client, b"401 Client already registered\n")
        else:
            client.name = found[1]
            self.send(client, b"200 Registration successful\n")

    def relay(self, sender, line):
        for other in list(self.clients):
            if other.name and other is not sender:
                self.send(other, line)

    def send(self, client, data):
        client.outgoing += data
        self.flush(client)

    def flush(self, client):
        try:
            sent = client.connection.send(client.outgoing)
            client.outgoing = client.outgoing[sent:]
        except BlockingIOError:
            pass
        except OSError:
            client.is_leaving, client.outgoing = True, b""
        if len(client.outgoing) > MOST or (client.is_leaving and not client.outgoing):
            self.drop(client)
        else:
            self.selector.modify(client.connection, READ | WRITE if client.outgoing else READ, client)

    def drop(self, client):
        client.is_leaving = True
        self.clients.remove(client)
        self.selector.unregister(client.connection)
        client.connection.close()

    def stop(self, *_):
        self.stopping = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    try:
        listener = socket.create_server(("127.0.0.1", options.port), backlog=100)
    except (OSError, OverflowError) as error:
        sys.exit(f"Cannot listen: {error}")
    server = Server(listener)
    signal.signal(signal.SIGINT, server.stop)
    signal.signal(signal.SIGTERM, server.stop)
    print("Will wait for client messages at port", listener.getsockname()[1])
    print("Waiting for incoming client connections ...", flush=True)
    server.run()


if __name__ == "__main__":
    main()
