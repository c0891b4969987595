"""An answer is sent once. On one machine nothing is ever lost, so it seems to work."""

import socket
import threading
import time
from contextlib import suppress

PIECE, GIVE_UP = 960, 10  # bytes; seconds
LOOK = 0.1  # seconds between two looks who has gone
LONGEST = 64 * 1024
EARLY = 100  # datagrams that are kept although one before them is missing


class UdpClient:
    """Whoever calls this has the lock in its hand: nothing here waits."""

    def __init__(self, endpoint, address, join_id):
        self.endpoint, self.address, self.join_id = endpoint, address, join_id
        self.where = endpoint.getsockname()
        self.next, self.early, self.message = 1, {}, b""  # of what comes
        self.sent, self.waiting = 0, {}  # number -> when it was sent

    def send(self, text):
        data = text.encode()
        pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
        last = self.sent + len(pieces)
        for piece in pieces:
            self.sent += 1
            self.waiting[self.sent] = time.monotonic()
            self.transmit(f"SEQ: {self.sent}/{last}\n".encode() + piece)

    def is_there(self, now):
        return all(now <= first + GIVE_UP for first in self.waiting.values())

    def transmit(self, datagram):
        with suppress(OSError):  # as good as lost
            self.endpoint.sendto(datagram, self.address)

    def take(self, number, last, piece):
        """Acknowledges a datagram; the requests that are complete now, in their order."""
        if number >= self.next + EARLY:
            return
        self.transmit(f"ACK: {number}\n".encode())
        if number >= self.next:
            self.early[number] = (last, piece)
        while self.next in self.early:
            last, piece = self.early.pop(self.next)
            self.message += piece
            if self.next == last or len(self.message) > LONGEST:
                yield self.message
                self.message = b""
            self.next += 1


class Udp:
    def __init__(self, address, join_ids, lock, do, leave):
        self.endpoint = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.endpoint.bind(address)
        self.join_ids, self.lock, self.do, self.leave = join_ids, lock, do, leave
        self.clients = {}  # address -> client

    def start(self):
        for work in (self.receive, self.look):
            threading.Thread(target=work, daemon=True).start()

    def receive(self):
        while True:
            try:
                datagram, address = self.endpoint.recvfrom(65535)
                with self.lock:
                    self.understand(datagram, address)
            except (OSError, ValueError):  # a datagram that is none of ours
                continue

    def understand(self, datagram, address):
        header, _, piece = datagram.partition(b"\n")
        key, _, value = header.decode().partition(":")
        if key == "ACK" and address in self.clients:
            self.clients[address].waiting.pop(int(value), None)
        if key == "SEQ":
            number, last = map(int, value.split("/"))
            if address not in self.clients:
                self.clients[address] = UdpClient(self.endpoint, address, next(self.join_ids))
            client = self.clients[address]
            for message in client.take(number, last, piece):
                self.do(client, message.decode(errors="replace").split("\n")[:-1] or [""])

    def look(self):
        while True:
            time.sleep(LOOK)
            now = time.monotonic()
            with self.lock:
                for client in [client for client in self.clients.values() if not client.is_there(now)]:
                    del self.clients[client.address]
                    self.leave(client)
